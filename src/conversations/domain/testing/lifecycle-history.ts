import type { LifecycleRules } from '../clocks.ts'
import {
  addAddressChannel,
  communicate,
  type Lifecycle,
  open,
  setStatus,
  settle,
  startStream,
  stopStream,
  type Transition,
} from '../lifecycle.ts'
import type { Channel, ChannelSetting, Status, StatusTimeouts } from '../model.ts'

export const minuteMs = 60_000

/** What can happen to a conversation, `at` in minutes after an arbitrary zero. */
export type HistoryEvent = { at: number } & (
  | { kind: 'COMMUNICATION'; channel: Channel }
  | { kind: 'ADDRESS_ADDED'; channel: Channel }
  | { kind: 'STREAM_STARTED' }
  | { kind: 'STREAM_STOPPED'; callOver: boolean }
  | { kind: 'STATUS_SET'; to: Status }
)

export interface Play {
  lifecycle: Lifecycle
  transitions: Transition[]
}

/** Rules from the timeouts of each channel, with the default grace; a channel that is left out is not configured. */
export function rulesWith(
  timeouts: Partial<Record<Channel, StatusTimeouts | null>>,
  more: Partial<LifecycleRules> = {},
): LifecycleRules {
  const settings = Object.entries(timeouts).map(([channel, statusTimeouts]): [string, ChannelSetting] => [
    channel,
    { statusTimeouts },
  ])
  return { channelSettings: Object.fromEntries(settings), graceMs: 20_000, ...more }
}

export const say = (at: number, channel: Channel): HistoryEvent => ({ at, kind: 'COMMUNICATION', channel })
export const address = (at: number, channel: Channel): HistoryEvent => ({ at, kind: 'ADDRESS_ADDED', channel })
export const streamStarts = (at: number): HistoryEvent => ({ at, kind: 'STREAM_STARTED' })
export const streamStops = (at: number): HistoryEvent => ({ at, kind: 'STREAM_STOPPED', callOver: false })
export const callEnds = (at: number): HistoryEvent => ({ at, kind: 'STREAM_STOPPED', callOver: true })
export const set = (at: number, to: Status): HistoryEvent => ({ at, kind: 'STATUS_SET', to })

/** A conversation created at minute zero with these addresses and no word yet. */
export function opened(rules: LifecycleRules, addresses: Channel[] = []): Play {
  return { lifecycle: open(0, rules, addresses), transitions: [] }
}

/** Lives through the events as a command would: settle first, then decide. What meets CLOSED passes it by. */
export function live(start: Play, rules: LifecycleRules, events: HistoryEvent[]): Play {
  return events.reduce((play, event) => {
    const settled = waitUntil(play, rules, event.at)
    if (settled.lifecycle.status === 'CLOSED') return settled
    const { lifecycle, transitions } = happen(settled.lifecycle, rules, event)
    return { lifecycle, transitions: [...settled.transitions, ...transitions] }
  }, start)
}

export function waitUntil(play: Play, rules: LifecycleRules, minute: number): Play {
  const { lifecycle, transitions } = settle(play.lifecycle, rules, minute * minuteMs)
  return { lifecycle, transitions: [...play.transitions, ...transitions] }
}

/** One event on a settled, open lifecycle. */
export function happen(lifecycle: Lifecycle, rules: LifecycleRules, event: HistoryEvent): Play {
  const now = event.at * minuteMs
  switch (event.kind) {
    case 'COMMUNICATION':
      return communicate(lifecycle, rules, event.channel, now)
    case 'ADDRESS_ADDED':
      return { lifecycle: addAddressChannel(lifecycle, rules, event.channel, now), transitions: [] }
    case 'STREAM_STARTED':
      return startStream(lifecycle, rules, now)
    case 'STREAM_STOPPED':
      return stopStream(lifecycle, rules, now, event)
    case 'STATUS_SET': {
      const outcome = setStatus(lifecycle, rules, event.to, now)
      if ('refused' in outcome) throw new Error(outcome.refused)
      return outcome
    }
  }
}

/** Transitions as a line a person can check: `10 INACTIVE, 30 CLOSED`, in minutes. */
export function line(transitions: Transition[]): string {
  return transitions.map(({ at, to }) => `${at / minuteMs} ${to}`).join(', ')
}

/** Everything that happened to a conversation up to a thousand days after its creation, as one line. */
export function story(rules: LifecycleRules, events: HistoryEvent[], addresses: Channel[] = []): string {
  return line(waitUntil(live(opened(rules, addresses), rules, events), rules, 1000 * 24 * 60).transitions)
}
