import { type CallStatus, callStatuses } from './call-status.ts'
import { isOver, type Leg } from './leg.ts'
import type { CallEvent } from './verbs.ts'

/**
 * A call that another network carries, as it stands after a report of that network. Reports come in any order: what is over
 * stays so, and nothing goes back. Undefined where the report is no news.
 */
export function progressed(leg: Leg, reported: string, durationSeconds: number, now: number): Leg | undefined {
  const status = callStatuses.find((one) => one === reported)
  if (status === undefined || isOver(leg) || rankOf(status) <= rankOf(leg.status)) return undefined
  const isEnd = isOver({ status })
  const answered = leg.answeredAt ?? (status === 'completed' ? now - durationSeconds * 1000 : null)
  return {
    ...leg,
    status,
    answeredAt: status === 'in-progress' ? now : answered,
    endedAt: isEnd ? now : null,
  }
}

/** The event that a status is told under. */
export function eventOf(status: string): CallEvent {
  if (status === 'queued' || status === 'initiated') return 'initiated'
  if (status === 'ringing') return 'ringing'
  return status === 'in-progress' ? 'answered' : 'completed'
}

function rankOf(status: CallStatus): number {
  return ['queued', 'ringing', 'in-progress'].includes(status) ? callStatuses.indexOf(status) : callStatuses.length
}
