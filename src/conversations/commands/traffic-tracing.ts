import { wireId } from '../../kernel/ids.ts'
import type { RuleMatch } from '../domain/capture.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import type { EventKeys } from '../domain/event-keys.ts'
import type { GroupingDecision } from '../domain/grouping.ts'
import { type CompactTrace, explainTrace, packKey, type TraceMode, type TrafficTrace } from '../domain/trace.ts'
import type { Unit } from '../unit.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import type { Intake } from './intake.ts'
import type { EventPlan, PlannedParty } from './traffic-plan.ts'

/** Where the event goes and how it got there. */
export interface Place {
  unit: Unit
  mode: TraceMode
  rule?: RuleMatch & { version: number }
  keys?: EventKeys
  grouping?: GroupingDecision
}

/** What is stored with the communication: why it is where it is. */
export function compactTrace(plan: EventPlan, place: Place, created: boolean): CompactTrace {
  const parties = [plan.event.from, ...plan.event.to].map(
    ({ key }) => plan.parties.find((party) => party.key === key) as PlannedParty,
  )
  const { grouping, keys, rule } = place
  const joined = !created && grouping?.outcome === 'JOIN' ? grouping : undefined
  const losers = joined?.losers.slice(0, 2).map(({ conversationId }) => conversationId) ?? []
  const codes = [...plan.diagnostics, ...(losers.length > 0 ? [diagnostics.severalHolders.code] : [])]
  const trace: CompactTrace = { m: place.mode, t: parties.map(({ type }) => type) }
  if (rule) {
    trace.v = rule.version
    trace.r = rule.ruleIndex
  }
  if (plan.decision.shadowed.length > 0) {
    trace.x = plan.decision.shadowed.slice(0, 2).map(({ configurationId, ruleIndex }) => [configurationId, ruleIndex])
  }
  trace.e = plan.evidence
  if (joined && keys) trace.k = packKey(joined.via, keys)
  for (const [at, { profileId, foundBy }] of parties.entries()) {
    if (profileId !== null) trace.p = { ...trace.p, [at]: profileId }
    if (foundBy !== null) trace.f = { ...trace.f, [at]: foundBy }
  }
  if (losers.length > 0) trace.l = losers
  if (codes.length > 0) trace.d = codes
  return trace
}

/**
 * The trace tells all of them. The conversation is told of overlapping rules once, of several holders whenever one had to be
 * chosen, and of the others when somebody joins, or every message would repeat them. Answers those that it is not told.
 */
export function noteDiagnostics(
  work: UnitOfWork,
  unit: Unit,
  { d = [], x = [], l = [] }: CompactTrace,
  { created, joined }: { created: boolean; joined: boolean },
): number[] {
  if (d.length === 0) return d
  const others = new Map<number, string[]>([
    [diagnostics.overlappingRules.code, x.map(([id]) => wireId('configuration', id))],
    [diagnostics.severalHolders.code, l.map((id) => wireId('conversation', id))],
  ])
  const isNews = (code: number) =>
    created || code === diagnostics.severalHolders.code || (joined && code !== diagnostics.overlappingRules.code)
  for (const code of d.filter(isNews)) {
    const named = others.get(code)
    work.record(unit, 'DIAGNOSTIC', { note: named ? { code, others: named } : { code } })
  }
  return d.filter((code) => !isNews(code))
}

/** The same in full, as it is answered. */
export function fullTrace(
  { work, knowledge }: Intake,
  { event }: EventPlan,
  { unit, rule }: Place,
  trace: CompactTrace,
): TrafficTrace {
  const { configurationId, configurationVersion } = unit.conversation
  const pinned = rule === undefined || rule.version === configurationVersion
  return explainTrace(trace, {
    channel: event.channel,
    author: event.from,
    recipients: event.to,
    at: work.now,
    configurationId,
    groupingType: unit.snapshot.body.conversationGroupingType,
    rules: unit.snapshot.rules,
    ruleBody: pinned ? unit.snapshot.body : knowledge.configurations.get(configurationId)?.body,
  })
}
