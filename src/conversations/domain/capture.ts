import { addressKey } from './address.ts'
import { captureRulesOf, parseCallType, wildcard } from './capture-rules.ts'
import type { CallType, CaptureRule, Channel, ChannelSettings } from './model.ts'

/** One unit of observed traffic as rules see it. Addresses are address keys; `chatService` is a chat service's id where known. */
export interface CaptureCandidate {
  channel: Channel
  from: string
  /** One key per recipient. The event is captured once: by the best rule that matches any of them. */
  to: readonly string[]
  callType?: CallType
  chatService?: string
}

export interface CapturingConfiguration {
  id: string
  createdAt: number
  channelSettings: ChannelSettings
}

export interface RuleMatch {
  configurationId: string
  /** Position among the capture rules of the event's channel. */
  ruleIndex: number
  rule: CaptureRule
  fromLiteral: boolean
  toLiteral: boolean
  /** Position in `to` of the recipient that the rule matched. */
  recipient: number
}

/** `shadowed` holds the best match of every other configuration that would have captured the event, best first. */
export interface RuleDecision {
  winner?: RuleMatch
  shadowed: readonly RuleMatch[]
}

/** Rules by bucket (channel and its extra criteria), then by `from`, then by `to`; either may be the wildcard. */
export type RuleIndex = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, readonly IndexedRule[]>>>

interface IndexedRule {
  /** Position of the configuration, oldest first, then by id. */
  rank: number
  configurationId: string
  ruleIndex: number
  rule: CaptureRule
}

type MutableRuleIndex = Map<string, Map<string, Map<string, IndexedRule[]>>>

const noMatch: RuleDecision = { shadowed: [] }

/** Prepares the current rules of an account so that a match costs four look-ups per recipient, however many rules there are. */
export function compileRules(configurations: readonly CapturingConfiguration[]): RuleIndex {
  const index: MutableRuleIndex = new Map()
  const byAge = configurations.toSorted((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id))
  for (const [rank, configuration] of byAge.entries()) {
    for (const { channel, ruleIndex, rule } of captureRulesOf(configuration.channelSettings)) {
      const bucket = ruleBucket(channel, rule)
      if (bucket === undefined) continue
      const rules = slot(index, bucket, fieldKey(channel, rule.from), fieldKey(channel, rule.to))
      // A second rule with the same fields could never be the one that decides.
      if (rules.at(-1)?.rank !== rank) rules.push({ rank, configurationId: configuration.id, ruleIndex, rule })
    }
  }
  return index
}

/**
 * The rule that captures an event, and the losers of other configurations. The most specific rule wins (two literal
 * fields before one before none), then the oldest configuration, then the smaller id, then the earlier rule.
 */
export function matchRules(index: RuleIndex, candidate: CaptureCandidate): RuleDecision {
  const matches: RankedMatch[] = []
  for (const bucket of candidateBuckets(candidate)) collect(index.get(bucket), candidate, matches)
  if (matches.length === 0) return noMatch
  if (matches.length > 1) matches.sort(byPrecedence)
  return bestPerConfiguration(matches)
}

interface RankedMatch extends RuleMatch {
  literals: number
  rank: number
}

/** The bucket of a rule, or undefined for a rule that can match nothing. */
function ruleBucket(channel: Channel, rule: CaptureRule): string | undefined {
  if (channel === 'VOICE') {
    const callType = parseCallType(rule.metadata?.callType ?? 'PSTN')
    return callType === undefined ? undefined : `VOICE/${callType}`
  }
  const chatService = channel === 'CHAT' ? rule.metadata?.chatService : undefined
  return chatService === undefined ? channel : chatBucket(chatService)
}

function candidateBuckets({ channel, callType, chatService }: CaptureCandidate): string[] {
  if (channel === 'VOICE') return [`VOICE/${callType ?? 'PSTN'}`]
  return channel === 'CHAT' && chatService !== undefined ? [channel, chatBucket(chatService)] : [channel]
}

function chatBucket(chatService: string): string {
  return `CHAT/${chatService}`
}

function fieldKey(channel: Channel, field: string): string {
  return field === wildcard ? wildcard : addressKey(channel, field)
}

function slot(index: MutableRuleIndex, bucket: string, from: string, to: string): IndexedRule[] {
  const byFrom = getOrInsert(index, bucket, () => new Map<string, Map<string, IndexedRule[]>>())
  const byTo = getOrInsert(byFrom, from, () => new Map<string, IndexedRule[]>())
  return getOrInsert(byTo, to, () => [])
}

function getOrInsert<V>(map: Map<string, V>, key: string, create: () => V): V {
  const present = map.get(key)
  if (present !== undefined) return present
  const created = create()
  map.set(key, created)
  return created
}

function collect(
  bucket: ReadonlyMap<string, ReadonlyMap<string, readonly IndexedRule[]>> | undefined,
  { from, to }: CaptureCandidate,
  into: RankedMatch[],
): void {
  if (bucket === undefined) return
  const fromLiteral = bucket.get(from)
  const fromAny = bucket.get(wildcard)
  for (const [recipient, key] of to.entries()) {
    addMatches(fromLiteral?.get(key), { fromLiteral: true, toLiteral: true, recipient, literals: 2 }, into)
    addMatches(fromLiteral?.get(wildcard), { fromLiteral: true, toLiteral: false, recipient, literals: 1 }, into)
    addMatches(fromAny?.get(key), { fromLiteral: false, toLiteral: true, recipient, literals: 1 }, into)
    addMatches(fromAny?.get(wildcard), { fromLiteral: false, toLiteral: false, recipient, literals: 0 }, into)
  }
}

type MatchShape = Pick<RankedMatch, 'fromLiteral' | 'toLiteral' | 'recipient' | 'literals'>

function addMatches(rules: readonly IndexedRule[] | undefined, shape: MatchShape, into: RankedMatch[]): void {
  if (rules === undefined) return
  for (const rule of rules) into.push({ ...rule, ...shape })
}

function byPrecedence(a: RankedMatch, b: RankedMatch): number {
  return b.literals - a.literals || a.rank - b.rank || a.ruleIndex - b.ruleIndex || a.recipient - b.recipient
}

function bestPerConfiguration(matches: readonly RankedMatch[]): RuleDecision {
  const seen = new Set<number>()
  const best: RuleMatch[] = []
  for (const { rank, literals: _, ...match } of matches) {
    if (seen.has(rank)) continue
    seen.add(rank)
    best.push(match)
  }
  const [winner, ...shadowed] = best
  return winner === undefined ? noMatch : { winner, shadowed }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
