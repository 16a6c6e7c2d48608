import Type, { type Static } from 'typebox'
import { DateTime, Nullable, NullableDateTime, Words, wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { DeliveryHistory } from '../deliveries.ts'
import type { AttemptOutcome as Kept } from '../delivering.ts'
import { type DeliveryRow, type DeliveryState, deliveryStates } from '../delivery-rows.ts'

const delivery = {
  id: Type.String(),
  targetId: Type.String(),
  conversationId: Type.String(),
  eventNumber: Type.Integer({ description: 'Place of the event in its conversation, from 1.' }),
  eventType: Type.String(),
  token: Type.String({ description: 'The I-Twilio-Idempotency-Token of every attempt.' }),
  requestId: Type.String({ description: 'Of the request that caused the event.' }),
  state: Words(deliveryStates),
  attemptCount: Type.Integer(),
  lastStatus: Nullable(Type.Integer({ description: 'HTTP status of the last attempt; null if it got no answer.' })),
  lastError: Nullable(Type.String({ description: 'In a word, what trouble the last attempt had on its way.' })),
  nextAttemptAt: NullableDateTime,
  createdAt: DateTime,
  updatedAt: DateTime,
}
export const DeliverySchema = Type.Object(delivery)

const outcome = {
  at: Type.Unsafe<string>({ type: 'string', description: 'RFC 3339, UTC, wall time.' }),
  url: Type.String({ description: 'As it was called.' }),
  status: Nullable(Type.Integer()),
  latencyMs: Type.Integer(),
  error: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  responseHeaders: Type.Unsafe<Record<string, string> | null>({
    type: ['object', 'null'],
    additionalProperties: { type: 'string' },
  }),
  responseBody: Nullable(Type.String({ description: 'Its beginning.' })),
}
export const AttemptOutcome = Type.Object(outcome)

const Attempt = Type.Object({ number: Type.Integer(), ...outcome })

export const DeliveryDetails = Type.Object({
  ...delivery,
  attempts: Type.Array(Attempt),
  event: Type.Unsafe<{ eventType: string; timestamp: string; data: unknown } | null>({
    type: ['object', 'null'],
    description:
      'What is sent: the resource as it was when the event happened. Of RULE_EXECUTED the data alone is the body.',
    properties: { eventType: { type: 'string' }, timestamp: { type: 'string' }, data: {} },
  }),
})

export function presentDelivery(row: DeliveryRow): Static<typeof DeliverySchema> {
  return {
    id: wireId('delivery', row.id),
    targetId: wireId('target', row.target_id),
    conversationId: wireId('conversation', row.conversation_id),
    eventNumber: row.n,
    eventType: row.event_type,
    token: row.token,
    requestId: row.request_id,
    state: deliveryStates[row.state] as DeliveryState,
    attemptCount: row.attempts,
    lastStatus: row.last_status,
    lastError: row.last_error,
    nextAttemptAt: wireDateOrNull(row.due_at),
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
  }
}

export function presentDeliveryDetails({
  delivery,
  attempts,
  event,
  heldUntil,
}: DeliveryHistory): Static<typeof DeliveryDetails> {
  const presented = presentDelivery(delivery)
  return {
    ...presented,
    nextAttemptAt: presented.nextAttemptAt ?? wireDateOrNull(heldUntil),
    attempts: attempts.map((attempt) => ({ number: attempt.number, ...presentOutcome(attempt) })),
    event: event && {
      eventType: event.type,
      timestamp: wireDate(event.at),
      data: event.data === null ? null : JSON.parse(event.data),
    },
  }
}

export function presentOutcome(attempt: Kept): Static<typeof AttemptOutcome> {
  return {
    at: wireDate(attempt.at),
    url: attempt.url,
    status: attempt.status,
    latencyMs: attempt.latency_ms,
    error: attempt.error,
    detail: attempt.detail,
    responseHeaders: attempt.response_headers === null ? null : JSON.parse(attempt.response_headers),
    responseBody: attempt.response_body,
  }
}
