import Type, { type Static } from 'typebox'
import { pageQuery } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { type IdKind, parseWireId, prefixes } from '../../kernel/ids.ts'
import { sentTypes } from '../append.ts'
import type { DeliveryFilter } from '../deliveries.ts'
import { type DeliveryState, deliveryStates } from '../delivery-rows.ts'

/** What a replay without `state` means: what has not arrived and still could. */
export const replayableByDefault: readonly DeliveryState[] = ['PENDING', 'DEAD']

const Id = Type.String({ minLength: 1, maxLength: 100 })
const Instant = Type.String({ maxLength: 40, description: 'RFC 3339.' })
const criteria = {
  targetId: Type.Optional(Id),
  conversationId: Type.Optional(Id),
  eventType: Type.Optional(Type.String({ description: `One of ${sentTypes.join(', ')}.` })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
const stateDescription = `Repeated or joined by commas: ${deliveryStates.join(', ')}.`

export const DeliveriesQuery = Type.Object({
  ...pageQuery,
  ...criteria,
  state: Type.Optional(Type.Array(Type.String(), { description: `${stateDescription} All if left out.` })),
})

export const ReplayBody = Type.Object(
  {
    ...criteria,
    state: Type.Optional(
      Type.Unsafe<string | string[]>({
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description: `One or several of ${deliveryStates.join(', ')}; ${replayableByDefault.join(' and ')} if left out.`,
      }),
    ),
  },
  { minProperties: 1, additionalProperties: false },
)

export type DeliveryFilterInput = Static<typeof ReplayBody>

/** Throws at the first criterion that cannot be read; one that is misread would replay what nobody meant. */
export function deliveryFilter(input: DeliveryFilterInput): DeliveryFilter {
  const { targetId, conversationId, eventType, state = [], from, to } = input
  return {
    ...(targetId === undefined ? {} : { targetId: idOf('target', 'targetId', targetId) }),
    ...(conversationId === undefined ? {} : { conversationId: idOf('conversation', 'conversationId', conversationId) }),
    ...(eventType === undefined ? {} : { eventType: eventTypeOf(eventType) }),
    ...(from === undefined ? {} : { from: instantOf('from', from) }),
    ...(to === undefined ? {} : { to: instantOf('to', to) }),
    states: [state].flat().flatMap(statesOf),
  }
}

function idOf(kind: IdKind, field: string, text: string): string {
  const id = parseWireId(kind, text)
  if (id === undefined) throw invalid(field, `${field} must be an id that begins with ${prefixes[kind]}_`)
  return id
}

function eventTypeOf(text: string): string {
  if (!sentTypes.some((type) => type === text)) {
    throw invalid('eventType', `eventType must be one of ${sentTypes.join(', ')}`)
  }
  return text
}

function instantOf(field: string, text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant)) throw invalid(field, `${field} must be a time such as 2026-03-02T11:01:00Z`)
  return instant
}

function statesOf(text: string): DeliveryState[] {
  const words = text.split(',').map((word) => word.trim())
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const state = deliveryStates.find((known) => known === word)
      if (!state) throw invalid('state', `state must be one of ${deliveryStates.join(', ')}`)
      return state
    })
}
