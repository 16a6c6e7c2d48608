import { addressKey, canonicalAddress } from './address.ts'
import { compileRules, matchRules } from './capture.ts'
import { captureRulesOf, parseCallType } from './capture-rules.ts'
import { type Check, checkOperations, fine, pointless, problem, type SeenOperation } from './check.ts'
import { diagnostics } from './diagnostics.ts'
import type { CallType, Channel, ConfigurationBody, ParticipantType, Status } from './model.ts'

/** In the order of the published troubleshooting guide. */
export const conversationChecks = [
  'CONVERSATION_CREATED',
  'COMMUNICATIONS',
  'STUCK_ACTIVE',
  'OPERATION',
  'PROFILE',
  'OBSERVATIONS',
  'OPERATORS',
  'MERGE',
  'CALL_TYPE',
  'COMMUNICATION_COUNT',
] as const
export type ConversationCheck = (typeof conversationChecks)[number]

/** Who takes part. `id` is a wire id. */
export interface SeenParticipant {
  id: string
  type: ParticipantType
  profileId: string | null
  addresses: readonly { channel: Channel; address: string }[]
}

/** What was said, as far as a diagnosis looks at it. `id` is a wire id. */
export interface SeenCommunication {
  id: string
  channel: Channel
  passive: boolean
  fromParticipant: string
  from: string
  to: readonly string[]
  text: string
  resourceId: string | null
  occurredAt: number
}

/** An execution of a rule, or of memory extraction, as far as a diagnosis looks at it. */
export interface SeenExecution {
  isExtraction: boolean
  /** Null while it waits or is under way. */
  outcome: 'SUCCEEDED' | 'PARTLY' | 'FAILED' | 'SKIPPED' | null
  detail: string | null
}

/** What reads the conversation, and what came of it. */
export interface IntelligenceFacts {
  /** Wire ids of intelligence configurations that it names and that are there no more. */
  gone: readonly string[]
  /** The triggers of the rules that are in force. */
  triggers: readonly string[]
  /** The newest first. */
  executions: readonly SeenExecution[]
}

/** What is known of one conversation. Times in epoch milliseconds. */
export interface ConversationFacts {
  now: number
  status: Status
  configuration: {
    /** A wire id. */
    id: string
    deletedAt: number | null
    /** As the conversation pinned it, and as it is now. */
    pinned: ConfigurationBody
    current: ConfigurationBody
  }
  participants: readonly SeenParticipant[]
  /** The latest ones. */
  communications: readonly SeenCommunication[]
  /** Why no clock will move it on; null when one will. */
  stuckReason: string | null
  /** On its configuration, the newest first. */
  operations: readonly SeenOperation[]
  /** What it has been told: codes with the wire ids of what they are about. */
  diagnostics: readonly { code: number; ids: readonly string[] }[]
  /** Whether its memory store can be asked. */
  hasMemory: boolean
  intelligence: IntelligenceFacts
}

/** Runs the troubleshooting checklist on one conversation. */
export function diagnoseConversation(facts: ConversationFacts): Check<ConversationCheck>[] {
  return [
    checkCreated(facts),
    checkCommunications(facts),
    checkStuck(facts),
    checkOperations('OPERATION', facts.operations, facts.now),
    checkProfiles(facts),
    checkObservations(facts),
    checkOperators(facts),
    checkMerge(facts),
    checkCallTypes(facts),
    checkCount(facts),
  ]
}

function checkCreated({ configuration }: ConversationFacts): Check<ConversationCheck> {
  if (configuration.deletedAt === null) return fine('CONVERSATION_CREATED', 'The conversation exists.')
  return problem(
    'CONVERSATION_CREATED',
    'The conversation exists, but its configuration has been deleted: it goes on by what it pinned, and no other will be created.',
    'Create a configuration with the same capture rules.',
    [configuration.id],
  )
}

function checkCommunications({ communications, configuration }: ConversationFacts): Check<ConversationCheck> {
  if (communications.length === 0) {
    return problem(
      'COMMUNICATIONS',
      'Nothing has been communicated in this conversation.',
      'Send a message that a capture rule matches, or add communications through the API. A call needs a transcription or relay session.',
    )
  }
  const oneWay = communications.filter((one) => {
    const captures = capturing(one, configuration)
    // What TwiML captured, both ways, matches no rule.
    return one.passive && captures.itself && !captures.answer
  })
  const [first] = oneWay
  if (!first)
    return fine('COMMUNICATIONS', `It has communications; the latest ${communications.length} were looked at.`)
  return problem(
    'COMMUNICATIONS',
    `Nothing that is sent the other way on ${first.channel} is captured: the rules match in one direction only.`,
    'Add the mirror rule, with from and to exchanged.',
    [configuration.id, first.id],
  )
}

/** A call has the type of the leg that is not a number, on either side. */
function callTypesOf({ from, to }: SeenCommunication): CallType[] {
  return [...new Set([from, ...to].map(callTypeOf))]
}

/** Whether the present rules of the configuration would capture a communication, and the way back. */
function capturing(
  one: SeenCommunication,
  { id, current }: ConversationFacts['configuration'],
): { itself: boolean; answer: boolean } {
  const rules = compileRules([{ id, createdAt: 0, channelSettings: current.channelSettings }])
  const { channel } = one
  const isCaptured = (from: string, to: readonly string[]) =>
    callTypesOf(one).some((callType) => matchRules(rules, { channel, from, to, callType }).winner)
  const from = addressKey(channel, one.from)
  const to = one.to.map((address) => addressKey(channel, address))
  return { itself: isCaptured(from, to), answer: to.some((address) => isCaptured(address, [from])) }
}

function checkStuck({ status, stuckReason, configuration }: ConversationFacts): Check<ConversationCheck> {
  if (status === 'CLOSED') return fine('STUCK_ACTIVE', 'The conversation is CLOSED.')
  if (stuckReason === null) return fine('STUCK_ACTIVE', `It is ${status}, and a clock will move it on.`)
  return problem(
    'STUCK_ACTIVE',
    `It is ${status}, and nothing will move it on before its lifespan ends: ${stuckReason}`,
    'Close it through the API. Give the configuration timeouts, on VOICE null to close with the stream; conversations that are open keep what they pinned.',
    [configuration.id],
  )
}

/** Codes that tell why there is no profile. */
const profileCodes: readonly number[] = [
  diagnostics.resolutionSkipped.code,
  diagnostics.lookupFailed.code,
  diagnostics.creationFailed.code,
  diagnostics.bothKnown.code,
]

function checkProfiles({ participants, diagnostics: told, hasMemory }: ConversationFacts): Check<ConversationCheck> {
  const customers = participants.filter(({ type }) => type === 'CUSTOMER')
  const nobody = customers.filter(({ profileId }) => profileId === null)
  if (customers.length > 0 && nobody.length === 0) return fine('PROFILE', 'Every customer has a profile.')
  if (nobody.length > 0) return missingProfile(nobody, told, hasMemory)
  const unknown = participants.filter(({ type }) => type === 'UNKNOWN')
  if (unknown.length === 0) return pointless('PROFILE', 'Nobody in it is a customer, and only customers get profiles.')
  return problem(
    'PROFILE',
    'Nobody in it is a CUSTOMER; those who are UNKNOWN get no profile.',
    'Set the type CUSTOMER on the participant. For captured traffic, register your own numbers as owned addresses, so that the other side is known to be the customer.',
    unknown.map(({ id }) => id),
  )
}

function missingProfile(
  nobody: readonly SeenParticipant[],
  told: ConversationFacts['diagnostics'],
  hasMemory: boolean,
): Check<ConversationCheck> {
  const ids = nobody.map(({ id }) => id)
  if (!hasMemory) {
    const remedy = 'Name a memory store that is ACTIVE in the configuration.'
    return problem('PROFILE', 'The memory store of the configuration is gone or not ACTIVE.', remedy, ids)
  }
  const code = told.find((one) => profileCodes.includes(one.code))?.code
  const why = code === undefined ? 'No profile has its address as an identifier.' : `The reason was ${code}.`
  return problem(
    'PROFILE',
    `A customer has no profile. ${why}`,
    'Create a profile whose identifier equals the address, with + and country code; captured traffic only looks profiles up. Or add the customer through the API, which creates one.',
    ids,
  )
}

function checkObservations(facts: ConversationFacts): Check<ConversationCheck> {
  const { configuration, status, communications, hasMemory, intelligence, participants } = facts
  if (!configuration.pinned.memoryExtractionEnabled) {
    return pointless('OBSERVATIONS', 'The conversation pinned a configuration without memory extraction.')
  }
  if (!hasMemory) {
    const remedy = 'Name a memory store that is ACTIVE in the configuration.'
    return problem('OBSERVATIONS', 'The memory store of the configuration is gone or not ACTIVE.', remedy)
  }
  const [last] = intelligence.executions.filter(({ isExtraction }) => isExtraction)
  if (status === 'ACTIVE' && !last) {
    const message = 'Extraction begins when a conversation leaves ACTIVE, which this one has not.'
    return pointless('OBSERVATIONS', message)
  }
  const customers = participants.filter(({ type }) => type === 'CUSTOMER')
  if (!customers.some(({ profileId }) => profileId !== null)) {
    return problem(
      'OBSERVATIONS',
      'There is nobody to remember it of: no CUSTOMER in it has a profile.',
      'See what PROFILE says; what is said from then on is extracted.',
      customers.map(({ id }) => id),
    )
  }
  if (communications.length === 0) return pointless('OBSERVATIONS', 'Nothing was said that could be extracted.')
  return outcomeOf('OBSERVATIONS', last, 'Memories were extracted; where nothing lasting is said, none are found.')
}

function checkOperators({ configuration, intelligence, communications }: ConversationFacts): Check<ConversationCheck> {
  const { gone, triggers, executions } = intelligence
  if (configuration.pinned.intelligenceConfigurationIds.length === 0) {
    return pointless('OPERATORS', 'The conversation pinned a configuration that names no intelligence configuration.')
  }
  if (gone.length > 0) {
    const remedy = 'Name one that exists; conversations that are created from then on are read by it.'
    return problem('OPERATORS', 'It names an intelligence configuration that is there no more.', remedy, [...gone])
  }
  const own = executions.filter(({ isExtraction }) => !isExtraction)
  if (triggers.length === 0 && own.length === 0) {
    const remedy = 'Give a rule a trigger, or execute it by POST /v3/RuleExecutions.'
    return problem('OPERATORS', 'No rule that reads it has a trigger.', remedy)
  }
  if (communications.length === 0) return pointless('OPERATORS', 'Nothing was said that an operator could read.')
  if (own.length === 0) return pointless('OPERATORS', `Its rules wait for ${[...new Set(triggers)].join(', ')}.`)
  const failed = own.find(({ outcome }) => outcome === 'FAILED' || outcome === 'PARTLY')
  return outcomeOf('OPERATORS', failed ?? own[0], 'Its rules were executed.')
}

function outcomeOf(
  check: 'OBSERVATIONS' | 'OPERATORS',
  execution: SeenExecution | undefined,
  success: string,
): Check<ConversationCheck> {
  const { outcome = null, detail = null } = execution ?? {}
  if (outcome === null) return pointless(check, 'It waits to be carried out, or is under way.')
  if (outcome === 'SUCCEEDED') return fine(check, success)
  const why = detail ?? 'No reason is kept.'
  const what = outcome === 'SKIPPED' ? 'There was nothing to do.' : 'The last one failed, or a part of it.'
  return problem(check, `${what} ${why}`, 'Correct what it says; the debugger has the details under this conversation.')
}

const mergeCodes: readonly number[] = [
  diagnostics.severalHolders.code,
  diagnostics.severalProfiles.code,
  diagnostics.profileElsewhere.code,
]

function checkMerge({ participants, configuration, diagnostics: told }: ConversationFacts): Check<ConversationCheck> {
  const shared = participants.find(({ type, addresses }) => type === 'CUSTOMER' && numbersOf(addresses).size > 1)
  if (shared && configuration.pinned.conversationGroupingType === 'GROUP_BY_PROFILE') {
    return problem(
      'MERGE',
      'One customer has several phone numbers here, because one profile has all of them.',
      'If they are different people, take the shared identifier off the profile, or group by addresses in a new configuration.',
      [shared.id, ...(shared.profileId === null ? [] : [shared.profileId])],
    )
  }
  const odd = told.filter(({ code }) => mergeCodes.includes(code))
  if (odd.length > 0) {
    return problem(
      'MERGE',
      'More than one conversation, or profile, could have been meant, and one had to be chosen.',
      'Make identifiers unique to one profile each, and close conversations that are no longer needed.',
      [...new Set(odd.flatMap(({ ids }) => ids))],
    )
  }
  return fine('MERGE', 'Nothing here came together that could have been kept apart.')
}

function numbersOf(addresses: SeenParticipant['addresses']): Set<string> {
  const all = addresses.map(({ channel, address }) => canonicalAddress(channel, address))
  return new Set(all.filter(({ kind }) => kind === 'tel').map(({ value }) => value))
}

function checkCallTypes({ configuration, participants }: ConversationFacts): Check<ConversationCheck> {
  const rules = [...captureRulesOf(configuration.current.channelSettings)].filter(({ channel }) => channel === 'VOICE')
  if (rules.length === 0) return pointless('CALL_TYPE', 'The configuration has no capture rules for VOICE.')
  const captured = new Set(rules.map(({ rule }) => parseCallType(rule.metadata?.callType ?? 'PSTN')))
  const missed = participants.flatMap(({ id, addresses }) =>
    addresses
      .filter(({ channel, address }) => channel === 'VOICE' && !captured.has(callTypeOf(address)))
      .map(({ address }) => ({ id, callType: callTypeOf(address) })),
  )
  const [first] = missed
  if (!first) return fine('CALL_TYPE', `Calls of the types ${[...captured].join(', ')} are captured.`)
  return problem(
    'CALL_TYPE',
    `Somebody here calls by ${first.callType}, and no capture rule is for calls of that type.`,
    `Add a rule for VOICE with the metadata callType ${first.callType}.`,
    [configuration.id, ...new Set(missed.map(({ id }) => id))],
  )
}

function callTypeOf(address: string): CallType {
  const { kind } = canonicalAddress('VOICE', address)
  if (kind === 'sip') return 'PUBLIC_SIP'
  return kind === 'tel' ? 'PSTN' : 'CLIENT'
}

/** The same words of the same person, so close together, were taken in twice. */
const echoMs = 10_000

function checkCount({ communications }: ConversationFacts): Check<ConversationCheck> {
  if (communications.length === 0) return pointless('COMMUNICATION_COUNT', 'There are no communications to count.')
  const echoes = communications.filter((one, at) => communications.slice(0, at).some((other) => isEcho(one, other)))
  if (echoes.length > 0) {
    return problem(
      'COMMUNICATION_COUNT',
      'The same words of the same participant were stored more than once within seconds.',
      'A call may be transcribed twice: drop the capture rules for VOICE where calls are also taken in by a relay session, and give each message its resourceId.',
      echoes.map(({ id }) => id),
    )
  }
  const voice = communications.some(({ channel }) => channel === 'VOICE')
  const note = voice ? ' On VOICE every utterance is one, so a turn has several.' : ''
  return fine('COMMUNICATION_COUNT', `Nothing was stored twice.${note}`)
}

function isEcho(one: SeenCommunication, other: SeenCommunication): boolean {
  return (
    one.fromParticipant === other.fromParticipant &&
    one.channel === other.channel &&
    one.text === other.text &&
    Math.abs(one.occurredAt - other.occurredAt) <= echoMs
  )
}
