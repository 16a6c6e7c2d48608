import { admits, goesOnWith, type OpenTurn, type Speaker } from './filter.ts'
import type { Rule } from './rules.ts'

/** What has happened in a conversation, as far as rules react to it. */
export interface Happening {
  /** Its number within the conversation, and its id. */
  n: number
  id: string
  at: number
  requestId: string
  /** The speaker is left out where no rule asks for it. */
  what: { communicationId: string; speaker?: Speaker | undefined } | 'INACTIVE' | 'CLOSED'
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
  /** The latest communication of those that each rule with a filter listens to. */
  told?: Record<string, string>
  /** Of rules that wait for the end of turns: the one that is not over yet. */
  turns?: Record<string, OpenTurn>
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
  /** When it is to be executed: at once, or when the turn that it reads is over. */
  dueAt: number
  /** Said in a turn that has triggered the rule already: what waits for its end reads on. */
  goesOn: boolean
  /** Reads what came after this communication, null from the start, up to `until`. */
  since: string | null
  until: string
}

export interface Followed {
  rules: readonly { configurationId: string; rule: Rule }[]
  extracts: boolean
}

/** What reading on in a conversation came to. */
export interface Outcome {
  progress: Progress
  triggered: Triggered[]
  /** Turns that began in what was read before and are over: since when, by the rules that wait for that. */
  ended: Record<string, number>
}

/**
 * Reads on in a conversation and tells which rules are triggered. A rule of COMMUNICATION counts anew once it was triggered;
 * what has been counted when a conversation ends is not flushed. Where nothing new was said, nothing is triggered.
 */
export function follow(before: Progress, happenings: readonly Happening[], { rules, extracts }: Followed): Outcome {
  const reading = new ReadingOn(before)
  for (const happening of happenings) {
    reading.hear(happening)
    for (const { configurationId, rule } of rules) reading.consider(configurationId, rule, happening)
    if (extracts) reading.considerExtraction(happening)
  }
  return reading
}

class ReadingOn implements Outcome {
  readonly progress: Progress
  readonly triggered: Triggered[] = []
  readonly ended: Record<string, number> = {}

  constructor(before: Progress) {
    this.progress = { ...before, counts: { ...before.counts }, heard: { ...before.heard } }
    if (before.told) this.progress.told = { ...before.told }
    if (before.turns) this.progress.turns = { ...before.turns }
  }

  hear({ what }: Happening): void {
    if (typeof what === 'object') this.progress.until = later(this.progress.until, what.communicationId)
  }

  consider(configurationId: string, rule: Rule, happening: Happening): void {
    const { what } = happening
    const isHeard = typeof what === 'object' && admits(rule.filter, what.speaker?.type)
    if (isHeard && rule.filter?.participantTypes.length) this.#note(rule.id)
    if (rule.trigger?.on !== 'COMMUNICATION') {
      this.#considerTransition(configurationId, rule, happening)
      return
    }
    const speaker = isHeard ? what.speaker : undefined
    const turn = this.progress.turns?.[rule.id]
    const isSameTurn = rule.filter?.turns && goesOnWith(turn, speaker, happening.at)
    if (isSameTurn) this.#goOn(configurationId, rule, happening, turn)
    else if (turn) this.#endTurn(rule.id, turn, happening.at)
    if (isHeard && !isSameTurn) this.#count(configurationId, rule, happening, speaker)
  }

  considerExtraction(happening: Happening): void {
    const { until, extracted } = this.progress
    const { what } = happening
    if (until === null || typeof what === 'object' || (what === 'INACTIVE' && extracted === until)) return
    const on = what === 'CLOSED' ? 'CONVERSATION_END' : 'CONVERSATION_INACTIVE'
    this.#trigger({ configurationId: '', ruleId: extractionRule, on, since: extracted }, happening)
    this.progress.extracted = until
  }

  #note(ruleId: string): void {
    this.progress.told = { ...this.progress.told, [ruleId]: this.progress.until ?? '' }
  }

  #count(
    configurationId: string,
    { id, trigger, filter }: Rule,
    happening: Happening,
    speaker: Speaker | undefined,
  ): void {
    const count = (this.progress.counts[id] ?? 0) + 1
    const isFull = count >= (trigger?.count ?? 1)
    if (isFull) delete this.progress.counts[id]
    else this.progress.counts[id] = count
    const call = filter?.turns ? (speaker?.call ?? null) : null
    const dueAt = call === null ? happening.at : closingTime(filter, happening)
    if (call !== null && speaker) {
      const turn = { participantId: speaker.participantId, call, closesAt: dueAt, triggers: isFull }
      this.progress.turns = { ...this.progress.turns, [id]: turn }
    }
    if (isFull) this.#trigger({ configurationId, ruleId: id, on: 'COMMUNICATION', dueAt }, happening)
  }

  #goOn(configurationId: string, { id, filter }: Rule, happening: Happening, turn: OpenTurn): void {
    const dueAt = closingTime(filter, happening)
    this.progress.turns = { ...this.progress.turns, [id]: { ...turn, closesAt: dueAt } }
    if (!turn.triggers) return
    const place = this.triggered.findLastIndex(({ ruleId }) => ruleId === id)
    const [begun] = place >= 0 ? this.triggered.splice(place, 1) : []
    const goesOn = begun === undefined || begun.goesOn
    this.#trigger({ configurationId, ruleId: id, on: 'COMMUNICATION', dueAt, goesOn }, happening)
  }

  #endTurn(ruleId: string, turn: OpenTurn, at: number): void {
    const { [ruleId]: _, ...others } = this.progress.turns ?? {}
    this.progress.turns = others
    if (Object.keys(others).length === 0) delete this.progress.turns
    if (!turn.triggers) return
    const begun = this.triggered.findLast((one) => one.ruleId === ruleId)
    if (begun) begun.dueAt = Math.min(begun.dueAt, at)
    else this.ended[ruleId] = Math.min(turn.closesAt, at)
  }

  #considerTransition(configurationId: string, { id: ruleId, trigger, filter }: Rule, happening: Happening): void {
    const { until, told, heard } = this.progress
    const latest = filter?.participantTypes.length ? told?.[ruleId] : until
    if (
      trigger?.on === 'CONVERSATION_INACTIVE' &&
      happening.what === 'INACTIVE' &&
      latest &&
      heard[ruleId] !== latest
    ) {
      heard[ruleId] = latest
      this.#trigger({ configurationId, ruleId, on: 'CONVERSATION_INACTIVE' }, happening)
    }
    if (trigger?.on === 'CONVERSATION_END' && happening.what === 'CLOSED') {
      this.#trigger({ configurationId, ruleId, on: 'CONVERSATION_END' }, happening)
    }
  }

  /** Where nothing was ever said, there is nothing to read. */
  #trigger(
    what: Pick<Triggered, 'configurationId' | 'ruleId' | 'on'> & Partial<Triggered>,
    { n, id: causeId, at, requestId }: Happening,
  ): void {
    const { until } = this.progress
    if (until === null) return
    this.triggered.push({ n, causeId, at, requestId, dueAt: at, goesOn: false, since: null, until, ...what })
  }
}

function closingTime(filter: Rule['filter'], { at }: Happening): number {
  return at + (filter?.turnPauseSeconds ?? 0) * 1000
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
  /** Executions that wait for the end of a turn which is over now. */
  hastened: { id: string; dueAt: number }[]
}

/**
 * What to queue. When so many executions of one rule of COMMUNICATION wait in a conversation, what comes then makes the last
 * of them read further instead: a burst is no reason to read the same words again and again. What is said on in a turn does the same.
 */
export function queue(
  { triggered, ended }: Pick<Outcome, 'triggered' | 'ended'>,
  waiting: readonly Waiting[],
  maxWaiting: number,
): Queued {
  const created: Triggered[] = []
  const extended = new Map<string, Triggered>()
  const lastOf = (ruleId: string) => waiting.findLast((one) => one.ruleId === ruleId && one.on === 'COMMUNICATION')
  for (const one of triggered) {
    const alike = one.on === 'COMMUNICATION' ? waiting.filter(({ ruleId }) => ruleId === one.ruleId) : []
    const ahead = created.filter(({ ruleId, on }) => ruleId === one.ruleId && on === 'COMMUNICATION')
    const last = lastOf(one.ruleId)
    const place = created.findLastIndex(({ ruleId }) => ruleId === one.ruleId)
    if (one.on !== 'COMMUNICATION' || (!one.goesOn && alike.length + ahead.length < maxWaiting)) created.push(one)
    else if (place >= 0) created[place] = one
    else if (last) extended.set(last.id, one)
    else created.push(one)
  }
  const hastened = Object.entries(ended).flatMap(([ruleId, dueAt]) => {
    const last = lastOf(ruleId)
    return last && !extended.has(last.id) ? [{ id: last.id, dueAt }] : []
  })
  return { created, extended: [...extended].map(([id, to]) => ({ id, to })), hastened }
}
