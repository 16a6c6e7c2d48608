import { newId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { forgetDeliveries, lockDeliveriesOf } from './delivery-rows.ts'
import { type EventRow, eventTable, forgetEventsOf, forgetLanes } from './rows.ts'
import { forgetTargetsOf } from './target-rows.ts'

export const eventTypes = [
  'CONVERSATION_CREATED',
  'CONVERSATION_UPDATED',
  'CONVERSATION_DELETED',
  'PARTICIPANT_ADDED',
  'PARTICIPANT_UPDATED',
  'PARTICIPANT_REMOVED',
  'COMMUNICATION_CREATED',
  'COMMUNICATION_UPDATED',
  'RULE_EXECUTED',
  'DIAGNOSTIC',
] as const
export type EventType = (typeof eventTypes)[number]

const published: ReadonlySet<EventType> = new Set([
  'CONVERSATION_CREATED',
  'CONVERSATION_UPDATED',
  'PARTICIPANT_ADDED',
  'PARTICIPANT_UPDATED',
  'PARTICIPANT_REMOVED',
  'COMMUNICATION_CREATED',
  'COMMUNICATION_UPDATED',
])

/** Whether status callbacks tell of events of this type; the others are for the debugger, or for one owner's targets. */
export function isPublished(type: EventType): boolean {
  return published.has(type)
}

/** The status that a conversation reached and why, or the code of a diagnostic and the wire ids of whatever else it is about. */
export interface EventNote {
  status?: string
  cause?: string
  code?: number
  others?: string[]
  /** The status that the conversation was in, where it did not change. */
  standing?: string
  /** The type that the participant had. */
  participantType?: string
  /** Who wrote or said it: the participant's id, without prefix. */
  author?: string
}

/** Types of which there may be deliveries. */
export const sentTypes: readonly EventType[] = [...published, 'RULE_EXECUTED']

/** One thing that happened in a conversation. `n` counts from 1 without gaps, given under the conversation's lock. */
export interface NewEvent {
  conversationId: string
  n: number
  type: EventType
  /** Id without prefix of the conversation, participant or communication that it is about, or of the rule that was executed. */
  subject: string
  requestId: string
  /** Business time. */
  at: number
  /** What the debugger is told beside it. */
  note: EventNote | null
  /** What is kept of the resource as it was then; null when nobody follows. */
  data: string | null
}

/** Records events in the transaction of the change that they tell of. */
export async function appendEvents(tx: Tx, account: number, events: readonly NewEvent[]): Promise<void> {
  await tx.insert(
    eventTable,
    events.map((event) => eventRow(account, event)),
  )
}

/**
 * Removes the history of a conversation that is being deleted. What is being sent at this moment is waited for and removed
 * with the rest: without its lane nothing is written down any more, and what is parked is locked before its attempts go.
 */
export async function forgetEvents(tx: Tx, account: number, conversationId: string): Promise<void> {
  await tx.run(forgetTargetsOf, { account, ownerId: conversationId })
  await tx.run(forgetLanes, { account, conversationId })
  await tx.all(lockDeliveriesOf, { account, conversationId })
  for (const statement of forgetDeliveries) await tx.run(statement, { account, conversationId })
  await tx.run(forgetEventsOf, { account, conversationId })
}

function eventRow(account: number, event: NewEvent): EventRow {
  return {
    account,
    conversation_id: event.conversationId,
    n: event.n,
    id: newId(),
    type: event.type,
    subject: event.subject,
    request_id: event.requestId,
    at: event.at,
    note: event.note === null ? null : JSON.stringify(event.note),
    data: event.data,
  }
}
