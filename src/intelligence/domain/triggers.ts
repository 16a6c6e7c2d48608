import type { Rule } from './rules.ts'

/** What has happened in a conversation, as far as rules react to it. */
export interface Happening {
  /** Its number within the conversation, and its id. */
  n: number
  id: string
  at: number
  requestId: string
  what: { communicationId: string } | 'INACTIVE' | 'CLOSED'
}

/** How far the rules of one conversation have read. */
export interface Progress {
  /** The latest communication that was seen; null before the first. */
  until: string | null
  /** Communications since each rule was triggered last; those without are left out. */
  counts: Record<string, number>
  /** The latest communication when each rule of CONVERSATION_INACTIVE was triggered last. */
  heard: Record<string, string>
  /** The latest communication that memories were extracted from. */
  extracted: string | null
}

export const nothingYet: Progress = { until: null, counts: {}, heard: {}, extracted: null }

/** The hidden rule of a conversation whose memories are extracted. */
export const extractionRule = 'extraction'

/** A rule that is to be executed, with what it is to read. */
export interface Triggered {
  configurationId: string
  ruleId: string
  on: 'COMMUNICATION' | 'CONVERSATION_INACTIVE' | 'CONVERSATION_END'
  n: number
  causeId: string
  at: number
  requestId: string
  /** Reads what came after this communication, null from the start, up to `until`. */
  since: string | null
  until: string
}

export interface Followed {
  rules: readonly { configurationId: string; rule: Rule }[]
  extracts: boolean
}

/**
 * Reads on in a conversation and tells which rules are triggered. A rule of COMMUNICATION counts anew once it was triggered;
 * what has been counted when a conversation ends is not flushed. Where nothing new was said, nothing is triggered.
 */
export function follow(
  before: Progress,
  happenings: readonly Happening[],
  { rules, extracts }: Followed,
): { progress: Progress; triggered: Triggered[] } {
  const progress: Progress = { ...before, counts: { ...before.counts }, heard: { ...before.heard } }
  const triggered: Triggered[] = []
  for (const happening of happenings) {
    if (typeof happening.what === 'object') progress.until = later(progress.until, happening.what.communicationId)
    const { until } = progress
    if (until === null) continue
    for (const { configurationId, rule } of rules) {
      const on = isTriggered(rule, happening, progress, until)
      if (on) triggered.push({ configurationId, ruleId: rule.id, on, ...causeOf(happening), since: null, until })
    }
    if (
      extracts &&
      typeof happening.what === 'string' &&
      (happening.what === 'CLOSED' || progress.extracted !== until)
    ) {
      const on = happening.what === 'CLOSED' ? 'CONVERSATION_END' : 'CONVERSATION_INACTIVE'
      const since = progress.extracted
      triggered.push({ configurationId: '', ruleId: extractionRule, on, ...causeOf(happening), since, until })
      progress.extracted = until
    }
  }
  return { progress, triggered }
}

function isTriggered(
  { id, trigger }: Rule,
  { what }: Happening,
  progress: Progress,
  until: string,
): Triggered['on'] | undefined {
  if (trigger?.on === 'COMMUNICATION' && typeof what === 'object') {
    const count = (progress.counts[id] ?? 0) + 1
    progress.counts[id] = count
    if (count < trigger.count) return undefined
    delete progress.counts[id]
    return 'COMMUNICATION'
  }
  if (trigger?.on === 'CONVERSATION_INACTIVE' && what === 'INACTIVE' && progress.heard[id] !== until) {
    progress.heard[id] = until
    return 'CONVERSATION_INACTIVE'
  }
  return trigger?.on === 'CONVERSATION_END' && what === 'CLOSED' ? 'CONVERSATION_END' : undefined
}

function causeOf({ n, id, at, requestId }: Happening) {
  return { n, causeId: id, at, requestId }
}

/** Ids of communications grow, but of two that were taken in at the same time the later may have been written first. */
function later(a: string | null, b: string): string {
  return a === null || b > a ? b : a
}

/** An execution that waits and that nobody has begun. */
export interface Waiting {
  id: string
  ruleId: string
  on: string
}

export interface Queued {
  created: Triggered[]
  /** Executions that wait already and read on to where the rule is now. */
  extended: { id: string; to: Triggered }[]
}

/**
 * What to queue. When so many executions of one rule of COMMUNICATION wait in a conversation, what comes then makes the last
 * of them read further instead: a burst is no reason to read the same words again and again.
 */
export function queue(triggered: readonly Triggered[], waiting: readonly Waiting[], maxWaiting: number): Queued {
  const created: Triggered[] = []
  const extended = new Map<string, Triggered>()
  for (const one of triggered) {
    const alike = one.on === 'COMMUNICATION' ? waiting.filter(({ ruleId }) => ruleId === one.ruleId) : []
    const ahead = created.filter(({ ruleId, on }) => ruleId === one.ruleId && on === 'COMMUNICATION')
    const last = alike.findLast(({ on }) => on === 'COMMUNICATION')
    const place = created.findLastIndex(({ ruleId }) => ruleId === one.ruleId)
    if (one.on !== 'COMMUNICATION' || alike.length + ahead.length < maxWaiting) created.push(one)
    else if (place >= 0) created[place] = one
    else if (last) extended.set(last.id, one)
    else created.push(one)
  }
  return { created, extended: [...extended].map(([id, to]) => ({ id, to })) }
}
