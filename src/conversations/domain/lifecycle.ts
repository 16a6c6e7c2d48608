import { assert } from '../../kernel/assert.ts'
import {
  type ChannelClock,
  type Clocks,
  channelClocks,
  endsWithStream,
  type LifecycleRules,
  type Streams,
  streamsDoneAt,
  timeoutsOf,
} from './clocks.ts'
import type { Channel, Status } from './model.ts'

export type { Clocks, LifecycleRules } from './clocks.ts'

/** Where a conversation stands in its life, and the clocks that move it on. */
export interface Lifecycle {
  status: Status
  createdAt: number
  clocks: Clocks
}

export type Cause =
  | 'INACTIVE_TIMEOUT'
  | 'CLOSED_TIMEOUT'
  | 'STREAM_ENDED'
  | 'SILENT_CALL'
  | 'LIFESPAN'
  | 'COMMUNICATION'
  | 'STREAM_STARTED'
  | 'API'

/** A change of status, stamped with the instant at which it was due. */
export interface Transition {
  to: Status
  at: number
  cause: Cause
}

export interface Outcome {
  lifecycle: Lifecycle
  /** In order; empty when the status did not change. */
  transitions: Transition[]
}

export interface ChannelExplanation {
  channel: Channel
  /** The last communication; null while the clock is provisional or runs on a stream alone. */
  last: number | null
  provisional: boolean
  liveUntil: number | null
  doneAt: number | null
  /** LIVE keeps the conversation ACTIVE, IDLE keeps it open, DONE does neither. */
  phase: 'LIVE' | 'IDLE' | 'DONE'
}

export interface Explanation {
  status: Status
  /** Channels whose clock has started. */
  channels: ChannelExplanation[]
  openStreams: number
  quietAt: number | null
  endAt: number | null
  lifespanEndsAt: number
  dueAt: number | null
  /** INACTIVE by the API's word although a clock would have it ACTIVE, until traffic or the API says otherwise. */
  heldInactive: boolean
  stuck: boolean
}

/** Conversations live this many calendar years (UTC) from their creation, whatever happens in them. */
const lifespanYears = 3
/** Most conversations are decided without looking at the calendar: no three years are shorter. */
const shortestLifespanMs = lifespanYears * 365 * 24 * 60 * 60 * 1000

/** A new conversation: ACTIVE, with provisional clocks for the message channels it has addresses on. */
export function open(now: number, rules: LifecycleRules, addressChannels: readonly Channel[]): Lifecycle {
  const created: Lifecycle = { status: 'ACTIVE', createdAt: now, clocks: { last: {} } }
  return addressChannels.reduce((lifecycle, channel) => addAddressChannel(lifecycle, rules, channel, now), created)
}

/**
 * Applies every transition that has fallen due, in order, each stamped at its own due time. The events below expect a
 * lifecycle that was settled at their `now` and is not CLOSED.
 */
export function settle(lifecycle: Lifecycle, rules: LifecycleRules, now: number): Outcome {
  const transitions: Transition[] = []
  let settled = lifecycle
  for (let next = nextTransition(settled, rules); next && next.at <= now; next = nextTransition(settled, rules)) {
    transitions.push(next)
    settled = { ...settled, status: next.to }
  }
  return { lifecycle: settled, transitions }
}

/** The first instant at which `settle` would change something, the end of the lifespan included; null when CLOSED. */
export function dueAt(lifecycle: Lifecycle, rules: LifecycleRules): number | null {
  return nextTransition(lifecycle, rules)?.at ?? null
}

/**
 * Whether an open conversation will move on by itself before its lifespan ends. An open transcription stream counts, for
 * it ends; an open conversation without a running clock is stuck until traffic or the API moves it.
 */
export function isClockRunning(lifecycle: Lifecycle, rules: LifecycleRules): boolean {
  if (lifecycle.status === 'CLOSED') return false
  if (endsWithStream(rules) && (lifecycle.clocks.streams?.open ?? 0) > 0) return true
  const { quiet, end } = turningPoints(lifecycle.clocks, rules)
  return (lifecycle.status === 'ACTIVE' ? Math.min(quiet.at, end.at) : end.at) < Number.POSITIVE_INFINITY
}

/** A communication was accepted: restarts the clock of its channel, ends all provisional clocks, reopens INACTIVE. */
export function communicate(lifecycle: Lifecycle, rules: LifecycleRules, channel: Channel, now: number): Outcome {
  assertReady(lifecycle, rules, now)
  const { provisional, silentSince, callReopenedAt, ...clocks } = lifecycle.clocks
  const last = { ...clocks.last, [channel]: Math.max(clocks.last[channel] ?? now, now) }
  const kept: Clocks = { ...clocks, last }
  if (channel === 'VOICE') {
    if (clocks.streams && streamsDoneAt(clocks.streams, rules.graceMs) <= now) kept.streams = { open: 0, endedAt: now }
  } else if (callReopenedAt !== undefined) {
    kept.callReopenedAt = callReopenedAt
  }
  return reach('ACTIVE', { ...lifecycle, clocks: kept }, now, 'COMMUNICATION')
}

/**
 * An address on a channel was added. Until the first communication a message channel with timeouts gets a provisional
 * clock from its first address on, and VOICE is noted for servers that close silent calls. The status stays.
 */
export function addAddressChannel(l: Lifecycle, rules: LifecycleRules, channel: Channel, now: number): Lifecycle {
  assertReady(l, rules, now)
  if (channel === 'VOICE') return withSilence(l, now)
  const { inactiveMs, closedMs } = timeoutsOf(rules, channel)
  if (hasCommunicated(l) || Math.min(inactiveMs, closedMs) === Number.POSITIVE_INFINITY) return l
  return { ...l, clocks: { ...l.clocks, provisional: { [channel]: now, ...l.clocks.provisional } } }
}

/**
 * A relay session or transcription of a call began. It reopens INACTIVE and then restarts the inactive clock of VOICE, or
 * of the other channels if VOICE has none; closed clocks run on. With null timeouts it holds the conversation ACTIVE.
 */
export function startStream(lifecycle: Lifecycle, rules: LifecycleRules, now: number): Outcome {
  assertReady(lifecycle, rules, now)
  const called = withSilence(lifecycle, now)
  const clocks: Clocks = { ...called.clocks }
  if (endsWithStream(rules)) {
    clocks.streams = { open: (clocks.streams?.open ?? 0) + 1 }
  } else if (called.status === 'INACTIVE') {
    const hasInactiveClock = timeoutsOf(rules, 'VOICE').inactiveMs < Number.POSITIVE_INFINITY
    clocks[hasInactiveClock ? 'callReopenedAt' : 'reopenedAt'] = now
  }
  return reach('ACTIVE', { ...called, clocks }, now, 'STREAM_STARTED')
}

/**
 * A stream ended at `now`, which may lie back when its end was found out late: settle again at the present then. Matters
 * to null timeouts only, and not without an open stream. `callOver`: the call is known to be over, so there is no grace.
 */
export function stopStream(
  lifecycle: Lifecycle,
  rules: LifecycleRules,
  now: number,
  { callOver }: { callOver: boolean },
): Outcome {
  assertReady(lifecycle, rules, now)
  const streams = lifecycle.clocks.streams
  if (!endsWithStream(rules) || !streams || streams.open === 0) return { lifecycle, transitions: [] }
  const ended: Streams = callOver ? { open: 0, endedAt: now, callOver } : { open: 0, endedAt: now }
  const longest = longerHeld({ ...streams, open: 0 }, ended, rules.graceMs)
  const clocks: Clocks = { ...lifecycle.clocks, streams: { ...longest, open: streams.open - 1 } }
  return settle({ ...lifecycle, clocks }, rules, now)
}

/**
 * The call of a stream that ended at `stoppedAt` is found to be over, so that its grace ends now. Nothing changes where another
 * call's end is what VOICE is held by.
 */
export function endCall(
  lifecycle: Lifecycle,
  rules: LifecycleRules,
  now: number,
  { stoppedAt }: { stoppedAt: number },
): Outcome {
  assertReady(lifecycle, rules, now)
  const { streams } = lifecycle.clocks
  if (!endsWithStream(rules) || streams?.endedAt !== stoppedAt || streams.callOver) {
    return { lifecycle, transitions: [] }
  }
  const over: Streams = { ...streams, endedAt: now, callOver: true }
  return settle({ ...lifecycle, clocks: { ...lifecycle.clocks, streams: over } }, rules, now)
}

/**
 * The API sets the status. ACTIVE restarts the inactive clocks; INACTIVE stays until a communication, a call or the closed
 * clock; the present status is no change. A CLOSED conversation refuses any other, in words for the caller.
 */
export function setStatus(
  lifecycle: Lifecycle,
  rules: LifecycleRules,
  to: Status,
  now: number,
): Outcome | { refused: string } {
  if (to === lifecycle.status) return { lifecycle, transitions: [] }
  if (lifecycle.status === 'CLOSED') {
    return { refused: `The conversation is CLOSED, which is final: its status cannot be set to ${to}.` }
  }
  assertReady(lifecycle, rules, now)
  const { reopenedAt, callReopenedAt, ...clocks } = lifecycle.clocks
  return reach(to, { ...lifecycle, clocks: to === 'ACTIVE' ? { ...clocks, reopenedAt: now } : clocks }, now, 'API')
}

/** What the clocks say at `now`, for timelines and explanations; null: no such instant in sight. Does not settle. */
export function explain(lifecycle: Lifecycle, rules: LifecycleRules, now: number): Explanation {
  const { status, createdAt, clocks } = lifecycle
  const { quiet, end } = turningPoints(clocks, rules)
  return {
    status,
    channels: channelClocks(clocks, rules).map((clock) => explainChannel(clock, clocks, now)),
    openStreams: clocks.streams?.open ?? 0,
    quietAt: instant(quiet.at),
    endAt: instant(end.at),
    lifespanEndsAt: lifespanEndsAt(createdAt),
    dueAt: dueAt(lifecycle, rules),
    heldInactive: status === 'INACTIVE' && now < quiet.at,
    stuck: status !== 'CLOSED' && !isClockRunning(lifecycle, rules),
  }
}

/** When a conversation has turned quiet, and when it has ended, if nothing more happens. */
function turningPoints(clocks: Clocks, rules: LifecycleRules): Record<'quiet' | 'end', Omit<Transition, 'to'>> {
  const running = channelClocks(clocks, rules)
  if (running.length === 0) {
    const silentUntil =
      (clocks.silentSince ?? Number.POSITIVE_INFINITY) + (rules.silentCallMs ?? Number.POSITIVE_INFINITY)
    return {
      quiet: { at: Number.POSITIVE_INFINITY, cause: 'INACTIVE_TIMEOUT' },
      end: { at: silentUntil, cause: 'SILENT_CALL' },
    }
  }
  const quietest = running.reduce((a, b) => (b.liveUntil > a.liveUntil ? b : a))
  const longest = running.reduce((a, b) => (b.doneAt > a.doneAt ? b : a))
  return {
    quiet: { at: quietest.liveUntil, cause: quietest.byStream ? 'STREAM_ENDED' : 'INACTIVE_TIMEOUT' },
    end: { at: longest.doneAt, cause: longest.byStream ? 'STREAM_ENDED' : 'CLOSED_TIMEOUT' },
  }
}

/** One that began on 29 February ends on 1 March. */
function lifespanEndsAt(createdAt: number): number {
  const date = new Date(createdAt)
  return date.setUTCFullYear(date.getUTCFullYear() + lifespanYears)
}

function nextTransition(lifecycle: Lifecycle, rules: LifecycleRules): Transition | undefined {
  if (lifecycle.status === 'CLOSED') return undefined
  const { quiet, end } = turningPoints(lifecycle.clocks, rules)
  const close = closing(lifecycle.createdAt, end)
  return lifecycle.status === 'ACTIVE' && quiet.at < close.at
    ? { to: 'INACTIVE', at: quiet.at, cause: quiet.cause }
    : close
}

function closing(createdAt: number, { at, cause }: Omit<Transition, 'to'>): Transition {
  if (at <= createdAt + shortestLifespanMs) return { to: 'CLOSED', at, cause }
  const lifespanEnd = lifespanEndsAt(createdAt)
  return at <= lifespanEnd ? { to: 'CLOSED', at, cause } : { to: 'CLOSED', at: lifespanEnd, cause: 'LIFESPAN' }
}

function assertReady(lifecycle: Lifecycle, rules: LifecycleRules, now: number): void {
  assert(lifecycle.status !== 'CLOSED', 'only an open conversation has events')
  const due = dueAt(lifecycle, rules)
  assert(due !== null && due > now, 'overdue transitions are settled before the next event')
}

function reach(to: Status, lifecycle: Lifecycle, at: number, cause: Cause): Outcome {
  if (lifecycle.status === to) return { lifecycle, transitions: [] }
  return { lifecycle: { ...lifecycle, status: to }, transitions: [{ to, at, cause }] }
}

function hasCommunicated({ clocks }: Lifecycle): boolean {
  return Object.keys(clocks.last).length > 0
}

function withSilence(lifecycle: Lifecycle, now: number): Lifecycle {
  if (hasCommunicated(lifecycle) || lifecycle.clocks.silentSince !== undefined) return lifecycle
  return { ...lifecycle, clocks: { ...lifecycle.clocks, silentSince: now } }
}

function longerHeld(a: Streams, b: Streams, graceMs: number): Streams {
  return a.endedAt !== undefined && streamsDoneAt(a, graceMs) > streamsDoneAt(b, graceMs) ? a : b
}

function explainChannel(clock: ChannelClock, clocks: Clocks, now: number): ChannelExplanation {
  const { channel, liveUntil, doneAt } = clock
  return {
    channel,
    last: clocks.last[channel] ?? null,
    provisional: clocks.provisional?.[channel] !== undefined,
    liveUntil: instant(liveUntil),
    doneAt: instant(doneAt),
    phase: now < liveUntil ? 'LIVE' : now < doneAt ? 'IDLE' : 'DONE',
  }
}

function instant(at: number): number | null {
  return Number.isFinite(at) ? at : null
}
