import type { CallStatus } from './call-status.ts'

export type CallDirection = 'inbound' | 'outbound-api' | 'outbound-dial'

/** One end of a call: a party outside and the network. Ids without prefix, times in epoch milliseconds. */
export interface Leg {
  id: string
  sid: string
  parentSid: string | null
  from: string
  to: string
  direction: CallDirection
  status: CallStatus
  createdAt: number
  answeredAt: number | null
  endedAt: number | null
}

/** The party outside, whose handset rings or calls. */
export function handsetOf({ direction, from, to }: Pick<Leg, 'direction' | 'from' | 'to'>): string {
  return direction === 'inbound' ? from : to
}

export function isOver({ status }: Pick<Leg, 'status'>): boolean {
  return status !== 'queued' && status !== 'ringing' && status !== 'in-progress'
}

/** Whole seconds from answer to end; 0 for a call that was never answered. */
export function durationOf({ answeredAt, endedAt }: Pick<Leg, 'answeredAt' | 'endedAt'>): number {
  return answeredAt === null || endedAt === null ? 0 : Math.round((endedAt - answeredAt) / 1000)
}
