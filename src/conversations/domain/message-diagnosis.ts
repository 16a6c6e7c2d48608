import { addressKey, addressProblem, callTypeOf } from './address.ts'
import { captureRulesOf, parseCallType, wildcard } from './capture-rules.ts'
import { type Check, checkOperations, fine, pointless, problem, type SeenOperation } from './check.ts'
import type { CallType, CaptureRule, Channel, ChannelSettings } from './model.ts'

/** In the order of the published checklist for traffic that is not captured, with ours behind. */
export const messageChecks = [
  'RULES',
  'BOTH_DIRECTIONS',
  'E164',
  'RECENT_UPDATE',
  'OPERATION',
  'OVERLAP',
  'CALL_TYPE',
  'OWNED_ADDRESS',
  'CONVERSATION',
  'RECENTLY_IGNORED',
] as const
export type MessageCheck = (typeof messageChecks)[number]

/** What keeps a rule from capturing a message that it nearly matches. */
export const ruleFaults = [
  'WRONG_DIRECTION',
  'WRONG_CALL_TYPE',
  'ADDRESS_FORM',
  'OTHER_CHANNEL',
  'DELETED_CONFIGURATION',
] as const
export type RuleFault = (typeof ruleFaults)[number]

/** A message that may never have been sent. */
export interface Message {
  channel: Channel
  from: string
  to: string
  /** Of a call. */
  callType: CallType | undefined
}

export interface SeenConfiguration {
  /** A wire id. */
  id: string
  updatedAt: number
  deletedAt: number | null
  channelSettings: ChannelSettings
}

/** A rule that matches the message, or would but for its faults. */
export interface SeenRule {
  configurationId: string
  channel: Channel
  index: number
  from: string
  to: string
  metadata: Record<string, string>
  /** None: it matches. */
  faults: RuleFault[]
}

export interface MessageFacts {
  now: number
  message: Message
  configurations: readonly SeenConfiguration[]
  /** On any configuration, the newest first. */
  operations: readonly SeenOperation[]
  owned: { from: boolean; to: boolean }
  /** Wire id of the configuration whose rule wins. */
  winner: string | null
  /** What would become of the message: the wire id of the conversation that it would join, or why there is none. */
  conversationId: string | null
  refusal: string | null
  /** Diagnostics of the last day about these addresses: wire ids. */
  ignored: readonly { id: string; code: number; message: string; count: number }[]
}

export interface MessageDiagnosis {
  checks: Check<MessageCheck>[]
  rules: SeenRule[]
}

/** Explains what would become of a message, and what would have to be changed for it to be captured. */
export function diagnoseMessage(facts: MessageFacts): MessageDiagnosis {
  const { configurations, operations, now } = facts
  const message = withCallType(facts)
  const rules = configurations.flatMap((configuration) => nearRules(configuration, message))
  const matching = rules.filter(({ faults }) => faults.length === 0)
  return {
    rules,
    checks: [
      checkRules(facts, rules, matching),
      checkDirections({ ...facts, message }, matching),
      checkForm(message),
      checkUpdate(facts),
      checkOperations('OPERATION', operations, now),
      checkOverlap(facts, matching),
      checkCallType(message, rules, matching),
      checkOwned(facts),
      checkConversation(facts),
      checkIgnored(facts),
    ],
  }
}

/** A call whose type is not given has the one that its addresses tell. */
function withCallType({ message, owned }: MessageFacts): Message {
  const { channel, from, to } = message
  if (channel !== 'VOICE') return message
  const isOwned = (key: string) => (key === addressKey(channel, from) ? owned.from : owned.to)
  return { ...message, callType: message.callType ?? callTypeOf({ from, to, isOwned }) }
}

/** The rules of one configuration that match the message or have a single fault. */
function nearRules({ id, deletedAt, channelSettings }: SeenConfiguration, message: Message): SeenRule[] {
  return [...captureRulesOf(channelSettings)].flatMap(({ channel, ruleIndex, rule }) => {
    const fault = faultOf(channel, rule, message)
    if (fault === undefined) return []
    return {
      configurationId: id,
      channel,
      index: ruleIndex,
      from: rule.from,
      to: rule.to,
      metadata: rule.metadata ?? {},
      faults: [...(fault === null ? [] : [fault]), ...(deletedAt === null ? [] : ['DELETED_CONFIGURATION' as const])],
    }
  })
}

/** Null: it matches. Undefined: it has nothing to do with the message. */
function faultOf(channel: Channel, rule: CaptureRule, message: Message): RuleFault | null | undefined {
  const { from, to } = message
  const sides = { from, to }
  const reversed = { from: to, to: from }
  if (channel !== message.channel) {
    const isTied = rule.from !== wildcard || rule.to !== wildcard
    return isTied && fits(channel, rule, sides) ? 'OTHER_CHANNEL' : undefined
  }
  const callType = parseCallType(rule.metadata?.callType ?? 'PSTN')
  const rightType = channel !== 'VOICE' || callType === message.callType
  if (fits(channel, rule, sides)) return rightType ? null : 'WRONG_CALL_TYPE'
  if (!rightType) return undefined
  if (fits(channel, rule, reversed)) return 'WRONG_DIRECTION'
  return looselyFits(rule, sides) ? 'ADDRESS_FORM' : undefined
}

type Sides = Pick<CaptureRule, 'from' | 'to'>

function fits(channel: Channel, rule: Sides, sides: Sides): boolean {
  const fit = (field: string, address: string) =>
    field === wildcard || addressKey(channel, field) === addressKey(channel, address)
  return fit(rule.from, sides.from) && fit(rule.to, sides.to)
}

/** As if numbers were written alike: their digits alone, a leading 00 left out. */
function looselyFits(rule: Sides, sides: Sides): boolean {
  const fit = (field: string, address: string) =>
    field === wildcard || (digitsOf(field) !== '' && digitsOf(field) === digitsOf(address))
  return fit(rule.from, sides.from) && fit(rule.to, sides.to)
}

function digitsOf(address: string): string {
  return address.replaceAll(/\D/g, '').replace(/^00/, '')
}

const explanations: Readonly<Record<RuleFault, { message: string; remedy: string }>> = {
  ADDRESS_FORM: {
    message: 'A rule has the same digits, but the number is not written as E.164.',
    remedy: 'Write numbers with + and country code, without spaces.',
  },
  WRONG_DIRECTION: {
    message: 'A rule matches the other direction only.',
    remedy: 'Add the mirror rule, with from and to exchanged.',
  },
  WRONG_CALL_TYPE: {
    message: 'A rule matches the addresses, but is for calls of another type.',
    remedy: 'Give the rule the call type in metadata.callType: PSTN is what a rule without one means.',
  },
  OTHER_CHANNEL: {
    message: 'A rule matches the addresses, but on another channel.',
    remedy: 'Add the rule to the channel of the message too.',
  },
  DELETED_CONFIGURATION: {
    message: 'A rule of a deleted configuration matches.',
    remedy: 'Create a configuration with that rule.',
  },
}

/** The likeliest first. */
const likelihood: readonly RuleFault[] = [
  'ADDRESS_FORM',
  'WRONG_DIRECTION',
  'WRONG_CALL_TYPE',
  'DELETED_CONFIGURATION',
  'OTHER_CHANNEL',
]

function checkRules(
  { winner }: MessageFacts,
  rules: readonly SeenRule[],
  matching: readonly SeenRule[],
): Check<MessageCheck> {
  if (matching.length > 0) {
    return fine('RULES', 'A capture rule matches.', winner === null ? [] : [winner])
  }
  const fault = likelihood.find((fault) => rules.some(({ faults }) => faults.includes(fault)))
  if (fault === undefined) {
    return problem('RULES', 'No capture rule comes near this message.', 'Add a rule for it to a configuration.')
  }
  const near = rules.filter(({ faults }) => faults.includes(fault)).map(({ configurationId }) => configurationId)
  const { message, remedy } = explanations[fault]
  return problem('RULES', `No capture rule matches. ${message}`, remedy, [...new Set(near)])
}

function checkDirections(
  { configurations, message }: MessageFacts,
  matching: readonly SeenRule[],
): Check<MessageCheck> {
  const capturing = new Set(matching.map(({ configurationId }) => configurationId))
  if (capturing.size === 0) return pointless('BOTH_DIRECTIONS', 'Not even this direction is captured.')
  const answer = { ...message, from: message.to, to: message.from }
  const oneWay = configurations.filter(
    (configuration) =>
      capturing.has(configuration.id) && !nearRules(configuration, answer).some(({ faults }) => faults.length === 0),
  )
  if (oneWay.length === 0) return fine('BOTH_DIRECTIONS', 'The answer would be captured too.')
  return problem(
    'BOTH_DIRECTIONS',
    'The answer to this message would not be captured.',
    'Add the mirror rule, with from and to exchanged.',
    oneWay.map(({ id }) => id),
  )
}

function checkForm({ channel, from, to }: Message): Check<MessageCheck> {
  for (const [field, address] of [
    ['from', from],
    ['to', to],
  ] as const) {
    const wrong = addressProblem(channel, address)
    if (wrong) {
      return problem('E164', `${field} ${wrong.message}`, 'Write it in the form that the channel has for addresses.')
    }
  }
  return fine('E164', 'Both addresses are well-formed.')
}

/** A configuration is in force on every node when its operation is COMPLETED; a sender may still have been earlier. */
const recentMs = 10_000

function checkUpdate({ configurations, now }: MessageFacts): Check<MessageCheck> {
  const recent = configurations.filter(({ updatedAt }) => now - updatedAt < recentMs)
  if (recent.length === 0) return fine('RECENT_UPDATE', 'No configuration was changed in the last ten seconds.')
  return problem(
    'RECENT_UPDATE',
    'A configuration was changed in the last ten seconds; what was sent before went by the old one.',
    'Send the message again.',
    recent.map(({ id }) => id),
  )
}

function checkOverlap({ winner }: MessageFacts, matching: readonly SeenRule[]): Check<MessageCheck> {
  const capturing = [...new Set(matching.map(({ configurationId }) => configurationId))]
  if (capturing.length === 0) return pointless('OVERLAP', 'No configuration captures it.')
  if (capturing.length === 1) return fine('OVERLAP', 'One configuration alone captures it.', capturing)
  return problem(
    'OVERLAP',
    'Several configurations capture it; the most specific rule wins, then the oldest configuration.',
    'Remove the overlap, so that each address belongs to one configuration.',
    [...(winner === null ? [] : [winner]), ...capturing.filter((id) => id !== winner)],
  )
}

function checkCallType(
  { channel, callType }: Message,
  rules: readonly SeenRule[],
  matching: readonly SeenRule[],
): Check<MessageCheck> {
  if (channel !== 'VOICE') return pointless('CALL_TYPE', 'Only calls have a type.')
  if (matching.length > 0) return fine('CALL_TYPE', `Calls of the type ${callType} are captured.`)
  const others = rules.filter(({ faults }) => faults.includes('WRONG_CALL_TYPE'))
  if (others.length === 0) return fine('CALL_TYPE', 'It is not the type of the call that keeps rules from matching.')
  const { message, remedy } = explanations.WRONG_CALL_TYPE
  return problem('CALL_TYPE', message, remedy, [...new Set(others.map(({ configurationId }) => configurationId))])
}

function checkOwned({ owned: { from, to } }: MessageFacts): Check<MessageCheck> {
  if (from !== to)
    return fine('OWNED_ADDRESS', `${from ? 'from' : 'to'} is an address of yours, so the other side is the customer.`)
  return problem(
    'OWNED_ADDRESS',
    from
      ? 'Both addresses are yours, so nobody can be told to be the customer.'
      : 'Neither address is registered as yours; who the customer is, is told by the direction, the rule or memory.',
    from ? 'Register only addresses of your own.' : 'Register your numbers under /skein/v1/OwnedAddresses.',
  )
}

function checkConversation({ conversationId, refusal }: MessageFacts): Check<MessageCheck> {
  if (refusal !== null) {
    return problem('CONVERSATION', `It would not be taken: ${refusal}`, 'See what the checks above found.')
  }
  if (conversationId === null)
    return fine('CONVERSATION', 'No open conversation holds its keys: it would begin a new one.')
  return fine('CONVERSATION', 'An open conversation holds its keys, and it would join that.', [conversationId])
}

function checkIgnored({ ignored }: MessageFacts): Check<MessageCheck> {
  const [latest] = ignored
  if (!latest) return fine('RECENTLY_IGNORED', 'Nothing to or from these addresses was ignored in the last day.')
  return problem(
    'RECENTLY_IGNORED',
    `Traffic with one of these addresses was ignored in the last day, lately for this reason: ${latest.message}`,
    `See docs/errors.md for ${latest.code}.`,
    ignored.map(({ id }) => id),
  )
}
