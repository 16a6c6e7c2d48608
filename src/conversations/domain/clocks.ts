import { type Channel, type ChannelSettings, channels } from './model.ts'

/** What is remembered of time beside a conversation's status: small, plain JSON, all instants in epoch milliseconds. */
export interface Clocks {
  /** The last communication per channel, by the server's clock; never goes back. */
  last: Partial<Record<Channel, number>>
  /** Clock starts of message channels that have an address but wait for the first communication on any channel. */
  provisional?: Partial<Record<Channel, number>>
  /** When the API last set ACTIVE: the inactive clocks of all channels run from here if their channel was quiet before. */
  reopenedAt?: number
  /** When a call last reopened the conversation: the same for the inactive clock of VOICE alone. */
  callReopenedAt?: number
  /** When VOICE came in, while nothing has been said on any channel; a server may close silent calls by it. */
  silentSince?: number
  /** Transcription streams of a VOICE whose timeouts are null; absent until the first one starts. */
  streams?: Streams
}

/** `endedAt` is the stream end that counts: the one after which VOICE is held longest. */
export interface Streams {
  open: number
  endedAt?: number
  /** The call of that stream is known to be over, so no further stream is waited for. */
  callOver?: boolean
}

export interface LifecycleRules {
  /** As pinned when the conversation was created. */
  channelSettings: ChannelSettings
  /** How long a null-timeout VOICE is held after its last stream ended while the call may go on. */
  graceMs: number
  /** Closes a conversation that has VOICE but no running clock when nothing has been said for so long; off when absent. */
  silentCallMs?: number
}

/** Timeouts in milliseconds, Infinity where none is configured. */
export interface Timeouts {
  inactiveMs: number
  closedMs: number
}

/** The clock of one channel. Infinity: no such instant in sight. */
export interface ChannelClock {
  channel: Channel
  /** Until then the channel keeps the conversation ACTIVE. */
  liveUntil: number
  /** From then on the channel no longer keeps the conversation open. */
  doneAt: number
  /** Bounded by the end of a transcription stream rather than by timeouts. */
  byStream: boolean
}

const minuteMs = 60_000

/** The timeouts of a channel; nothing configured, or null outside VOICE, means no clocks. */
export function timeoutsOf(rules: LifecycleRules, channel: Channel): Timeouts {
  const timeouts = rules.channelSettings[channel]?.statusTimeouts
  return { inactiveMs: minutes(timeouts?.inactive), closedMs: minutes(timeouts?.closed) }
}

/** Whether VOICE ends with its transcription stream, which is what null timeouts mean there. */
export function endsWithStream(rules: LifecycleRules): boolean {
  return rules.channelSettings.VOICE?.statusTimeouts === null
}

/** The clocks of all channels that have started, in the order of the API's channel list. */
export function channelClocks(clocks: Clocks, rules: LifecycleRules): ChannelClock[] {
  const started: ChannelClock[] = []
  for (const channel of channels) {
    const clock = startedClock(channel, clocks, rules)
    if (clock) started.push(clock)
  }
  if (started.length === 0 || started[0]?.channel === 'VOICE') return started
  return [...wordlessCall(clocks, rules), ...started]
}

/** When a null-timeout VOICE is done after its streams, Infinity while one is open. */
export function streamsDoneAt(streams: Streams, graceMs: number): number {
  if (streams.open > 0 || streams.endedAt === undefined) return Number.POSITIVE_INFINITY
  return streams.endedAt + (streams.callOver ? 0 : graceMs)
}

function minutes(value: number | null | undefined): number {
  return value == null ? Number.POSITIVE_INFINITY : value * minuteMs
}

function startedClock(channel: Channel, clocks: Clocks, rules: LifecycleRules): ChannelClock | undefined {
  if (channel === 'VOICE' && endsWithStream(rules) && clocks.streams) {
    const doneAt = streamsDoneAt(clocks.streams, rules.graceMs)
    return { channel, liveUntil: doneAt, doneAt, byStream: true }
  }
  const start = clocks.last[channel] ?? clocks.provisional?.[channel]
  if (start === undefined) return undefined
  const { inactiveMs, closedMs } = timeoutsOf(rules, channel)
  const doneAt = start + closedMs
  if (inactiveMs === Number.POSITIVE_INFINITY) return { channel, liveUntil: doneAt, doneAt, byStream: false }
  const { reopenedAt = start, callReopenedAt = start } = clocks
  const liveSince = Math.max(start, reopenedAt, channel === 'VOICE' ? callReopenedAt : start)
  return { channel, liveUntil: liveSince + inactiveMs, doneAt, byStream: false }
}

/** A call that reopened the conversation keeps it ACTIVE for a while before its first word, yet never keeps it open. */
function wordlessCall(clocks: Clocks, rules: LifecycleRules): ChannelClock[] {
  if (clocks.callReopenedAt === undefined) return []
  const liveUntil = clocks.callReopenedAt + timeoutsOf(rules, 'VOICE').inactiveMs
  return [{ channel: 'VOICE', liveUntil, doneAt: Number.NEGATIVE_INFINITY, byStream: false }]
}
