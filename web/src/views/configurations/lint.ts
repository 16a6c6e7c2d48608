/** What is worth telling somebody before a configuration is saved: the mistakes that are made most. Pure. */

export interface Rule {
  from: string
  to: string
  metadata?: Record<string, string> | null | undefined
}

export type ChannelRules = Record<string, { captureRules?: readonly Rule[] | null | undefined } | undefined>

export interface OtherConfiguration {
  id: string
  displayName: string
  createdAt: string
  channelSettings: ChannelRules
}

export type FindingCode =
  | 'MISSING_PLUS'
  | 'ONE_DIRECTION'
  | 'OVERLAP'
  | 'MISSING_CALL_TYPE'
  | 'VOICE_WITH_RELAY'
  | 'TWICE'

export interface Finding {
  code: FindingCode
  /** `error`: the server will refuse it. */
  level: 'error' | 'warning' | 'info'
  channel: string
  /** Place of the rule in its channel; undefined when the channel as a whole is meant. */
  rule?: number
  message: string
}

/** Everything that is odd about the rules, by channel and in the order of the rules. */
export function lint(
  channelSettings: ChannelRules,
  around: { others: readonly OtherConfiguration[]; usesRelay: boolean },
): Finding[] {
  return Object.entries(channelSettings).flatMap(([channel, settings]) => {
    const rules = settings?.captureRules ?? []
    const findings = rules.flatMap((rule, at) => [
      ...missingPlus(channel, rule, at),
      ...missingCallType(channel, rule, at),
      ...twice(channel, rules, at),
      ...oneDirection(channel, rules, at),
      ...overlaps(channel, rule, at, around.others),
    ])
    return [...findings, ...voiceWithRelay(channel, rules, around.usesRelay)]
  })
}

function missingPlus(channel: string, rule: Rule, at: number): Finding[] {
  return (['from', 'to'] as const).flatMap((side): Finding[] => {
    const address = rule[side].trim()
    const digits = plainOf(address)
    if (!/^[\d\s().-]+$/.test(digits) || digits.replaceAll(/\D/g, '').length < 9) return []
    const meant = `+${digits.replaceAll(/\D/g, '')}`
    return [
      {
        code: 'MISSING_PLUS',
        level: 'error',
        channel,
        rule: at,
        message: `“${address}” has no + and would capture nothing. Write it as E.164, such as ${meant}.`,
      },
    ]
  })
}

function missingCallType(channel: string, rule: Rule, at: number): Finding[] {
  if (channel !== 'VOICE') return []
  const callType = rule.metadata?.callType
  const other = [rule.from, rule.to].map(callTypeOfAddress).find((type) => type !== undefined)
  if (callType === undefined && other === undefined) {
    const message =
      'Without a callType the rule captures calls of the telephone network (PSTN) only. Say which you mean.'
    return [{ code: 'MISSING_CALL_TYPE', level: 'info', channel, rule: at, message }]
  }
  if (other === undefined || callType === other) return []
  const message = `An address of this rule is one of ${other}: without the callType ${other} those calls are not captured.`
  return [{ code: 'MISSING_CALL_TYPE', level: 'warning', channel, rule: at, message }]
}

function callTypeOfAddress(address: string): 'CLIENT' | 'PUBLIC_SIP' | undefined {
  if (address.startsWith('client:')) return 'CLIENT'
  return /^sips?:/i.test(address) ? 'PUBLIC_SIP' : undefined
}

function twice(channel: string, rules: readonly Rule[], at: number): Finding[] {
  const rule = rules[at]
  const first = rules.findIndex((other) => rule !== undefined && spelled(other) === spelled(rule))
  if (rule === undefined || first === at) return []
  return [{ code: 'TWICE', level: 'info', channel, rule: at, message: `It says the same as rule ${first + 1}.` }]
}

function oneDirection(channel: string, rules: readonly Rule[], at: number): Finding[] {
  const rule = rules[at]
  if (rule === undefined || rule.from === rule.to) return []
  const mirror = spelled(mirrorOf(rule))
  if (rules.some((other) => spelled(other) === mirror)) return []
  const message = `It captures one direction only, so half of the talk would be missing. Add the rule from ${rule.to} to ${rule.from}.`
  return [{ code: 'ONE_DIRECTION', level: 'warning', channel, rule: at, message }]
}

export function mirrorOf({ from, to, metadata }: Rule): Rule {
  return { from: to, to: from, ...(metadata ? { metadata } : {}) }
}

/** What the server does when several match: two literals win over one, then the oldest configuration. */
function overlaps(channel: string, rule: Rule, at: number, others: readonly OtherConfiguration[]): Finding[] {
  return others.flatMap(({ displayName, channelSettings }): Finding[] => {
    const theirs = (channelSettings[channel]?.captureRules ?? []).filter((other) => meet(rule, other))
    if (theirs.length === 0) return []
    const equal = theirs.some((other) => literals(other) === literals(rule))
    const outcome = equal
      ? 'Of two equally exact rules the older configuration gets everything.'
      : 'The more exact rule gets what both match.'
    const message = `The configuration “${displayName}” captures the same traffic. ${outcome} Take one of the two away.`
    return [{ code: 'OVERLAP', level: equal ? 'warning' : 'info', channel, rule: at, message }]
  })
}

function meet(one: Rule, other: Rule): boolean {
  const side = (a: string, b: string) => a === '*' || b === '*' || plainOf(a) === plainOf(b)
  return side(one.from, other.from) && side(one.to, other.to) && callTypeOf(one) === callTypeOf(other)
}

/** How many sides of a rule name somebody: the more, the more exact it is. */
function literals({ from, to }: Rule): number {
  return (from === '*' ? 0 : 1) + (to === '*' ? 0 : 1)
}

function voiceWithRelay(channel: string, rules: readonly Rule[], usesRelay: boolean): Finding[] {
  if (channel !== 'VOICE' || rules.length === 0 || !usesRelay) return []
  const message =
    'Calls have come by ConversationRelay or a transcription whose TwiML names a configuration. Rules for the same calls give way to it and are of no use; elsewhere they would be captured, and paid for, twice. Take the voice rules away.'
  return [{ code: 'VOICE_WITH_RELAY', level: 'warning', channel, message }]
}

function spelled(rule: Rule): string {
  return `${plainOf(rule.from)} ${plainOf(rule.to)} ${callTypeOf(rule)}`
}

function callTypeOf({ metadata }: Rule): string {
  const callType = metadata?.callType ?? 'PSTN'
  return callType === 'SIP' ? 'PUBLIC_SIP' : callType
}

function plainOf(address: string): string {
  return address.trim().replace(/^(whatsapp|rcs):/, '')
}
