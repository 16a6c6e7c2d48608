import type { LifecycleRules } from '../clocks.ts'
import { type Channel, channels, type Status } from '../model.ts'
import { address, type HistoryEvent, minuteMs } from './lifecycle-history.ts'

/** An event that took effect, and whether it met the conversation INACTIVE. */
interface Past {
  event: HistoryEvent
  whileInactive: boolean
}

/** What one channel says at one minute. A channel that has not started says nothing about the end. */
interface Phase {
  live: boolean
  done: boolean | 'not started'
}

/**
 * The slow, obvious telling of a conversation's life: minute by minute, each time looking through everything that has
 * happened. It keeps no clocks, so that the real lifecycle can be checked against it. All events in whole minutes.
 */
export function retell(rules: LifecycleRules, addresses: Channel[], events: HistoryEvent[], until: number): string {
  const past: Past[] = addresses.map((channel) => ({ event: address(0, channel), whileInactive: false }))
  const told: string[] = []
  let status = 'ACTIVE' as Status

  function become(to: Status, minute: number): void {
    if (to !== status) told.push(`${minute} ${to}`)
    status = to
  }

  for (let minute = 0; minute <= until; minute++) {
    become(statusByPhases(rules, past, status, minute), minute)
    for (const event of events.filter(({ at }) => at === minute)) {
      if (isWithoutEffect(event, past, status)) continue
      past.push({ event, whileInactive: status === 'INACTIVE' })
      become(statusByEvent(event, status), minute)
      become(statusByPhases(rules, past, status, minute), minute)
    }
  }
  return told.join(', ')
}

function isWithoutEffect(event: HistoryEvent, past: Past[], status: Status): boolean {
  if (status === 'CLOSED') return true
  if (event.kind === 'STATUS_SET') return event.to === status
  return event.kind === 'STREAM_STOPPED' && openStreams(past) === 0
}

function statusByEvent(event: HistoryEvent, status: Status): Status {
  if (event.kind === 'STATUS_SET') return event.to
  return event.kind === 'COMMUNICATION' || event.kind === 'STREAM_STARTED' ? 'ACTIVE' : status
}

function statusByPhases(rules: LifecycleRules, past: Past[], status: Status, minute: number): Status {
  if (status === 'CLOSED') return status
  const phases = channels.map((channel) => phaseOf(channel, rules, past, minute))
  const started = phases.filter(({ done }) => done !== 'not started')
  if (started.length === 0) return isSilentCallOver(rules, past, minute) ? 'CLOSED' : status
  if (started.every(({ done }) => done)) return 'CLOSED'
  return phases.some(({ live }) => live) ? status : 'INACTIVE'
}

function phaseOf(channel: Channel, rules: LifecycleRules, past: Past[], minute: number): Phase {
  const timeouts = rules.channelSettings[channel]?.statusTimeouts
  if (channel === 'VOICE' && timeouts === null && past.some(({ event }) => event.kind === 'STREAM_STARTED')) {
    const held = openStreams(past) > 0 || minute < streamsHeldUntil(past, rules.graceMs / minuteMs)
    return { live: held, done: !held }
  }
  const start = startOf(channel, rules, past)
  const { inactive, closed } = timeouts ?? {}
  const reopened = reopenings(channel, rules, past)
  const sinceReopening = inactive != null && reopened.some((at) => minute < at + inactive)
  // The API's word restarts clocks that run; only a call lends VOICE one before its first word.
  if (start === undefined) return { live: channel === 'VOICE' && sinceReopening, done: 'not started' }
  const done = closed != null && minute >= start + closed
  return { live: inactive != null ? minute < start + inactive || sinceReopening : !done, done }
}

function startOf(channel: Channel, rules: LifecycleRules, past: Past[]): number | undefined {
  const spoken = past.map(({ event }) => event).filter((event) => event.kind === 'COMMUNICATION')
  if (spoken.length > 0) return spoken.findLast((event) => event.channel === channel)?.at
  const { inactive, closed } = rules.channelSettings[channel]?.statusTimeouts ?? {}
  if (channel === 'VOICE' || (inactive == null && closed == null)) return undefined
  return past.find(({ event }) => event.kind === 'ADDRESS_ADDED' && event.channel === channel)?.event.at
}

/** The moments from which the channel's inactive clock runs anew, by the API or by a call, until INACTIVE is set again. */
function reopenings(channel: Channel, rules: LifecycleRules, past: Past[]): number[] {
  const start = startOf(channel, rules, past)
  const lastSetInactive = past.findLastIndex(({ event }) => event.kind === 'STATUS_SET' && event.to === 'INACTIVE')
  const voiceTimeouts = rules.channelSettings.VOICE?.statusTimeouts
  const reopens = ({ event, whileInactive }: Past) => {
    if (event.kind === 'STATUS_SET') return event.to === 'ACTIVE' && start !== undefined
    if (event.kind !== 'STREAM_STARTED' || !whileInactive || voiceTimeouts === null) return false
    return voiceTimeouts?.inactive == null || channel === 'VOICE'
  }
  const after = past.slice(lastSetInactive + 1).filter(reopens)
  const anyStarted = channels.some((each) => startOf(each, rules, past) !== undefined)
  return anyStarted ? after.map(({ event }) => event.at) : []
}

function openStreams(past: Past[]): number {
  const count = (kind: HistoryEvent['kind']) => past.filter(({ event }) => event.kind === kind).length
  return count('STREAM_STARTED') - count('STREAM_STOPPED')
}

/** After the last start: the longest grace of any end, or one grace after a word that came when all was over. */
function streamsHeldUntil(past: Past[], grace: number): number {
  const lastStart = past.findLastIndex(({ event }) => event.kind === 'STREAM_STARTED')
  let until = Number.NEGATIVE_INFINITY
  past.forEach(({ event }, index) => {
    const allOver = openStreams(past.slice(0, index)) === 0
    if (index < lastStart) return
    if (event.kind === 'STREAM_STOPPED') until = Math.max(until, event.at + (event.callOver ? 0 : grace))
    if (event.kind === 'COMMUNICATION' && event.channel === 'VOICE' && allOver && until <= event.at)
      until = event.at + grace
  })
  return until
}

function isSilentCallOver(rules: LifecycleRules, past: Past[], minute: number): boolean {
  if (rules.silentCallMs === undefined || past.some(({ event }) => event.kind === 'COMMUNICATION')) return false
  const involvesVoice = ({ event }: Past) =>
    event.kind === 'STREAM_STARTED' || (event.kind === 'ADDRESS_ADDED' && event.channel === 'VOICE')
  const since = past.find(involvesVoice)?.event.at
  return since !== undefined && minute >= since + rules.silentCallMs / minuteMs
}
