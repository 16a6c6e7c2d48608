import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { invalid } from '../kernel/failure.ts'
import type { Reader } from '../store/store.ts'
import { type DeliveryNarrowing, deliveryPage } from './delivery-list-rows.ts'
import {
  attemptsOf,
  type DeliveryAttemptRow,
  type DeliveryRow,
  type DeliveryState,
  deliveryById,
  deliveryStates,
} from './delivery-rows.ts'
import { type EventRow, eventAt, laneOf } from './rows.ts'

/** Which deliveries are meant; what is left out does not narrow. Ids without prefix, times of creation. */
export interface DeliveryFilter extends Partial<DeliveryNarrowing> {
  /** Empty: of any state. */
  states: readonly DeliveryState[]
  /** At or after. */
  from?: number
  /** Before. */
  to?: number
}

/** A delivery with every attempt, the first one first, and the event as it was when it happened. */
export interface DeliveryHistory {
  delivery: DeliveryRow
  attempts: DeliveryAttemptRow[]
  /** Null when the event has been forgotten. */
  event: EventRow | null
  /** When its lane tries it again; null when no lane waits with it. */
  heldUntil: number | null
}

/** The newest first. */
export async function listDeliveries(
  read: Reader,
  account: number,
  request: PageRequest,
  filter: DeliveryFilter,
): Promise<Page<DeliveryRow>> {
  const { targetId = '', conversationId = '', eventType = '' } = filter
  const rows = await read.all(deliveryPage(request.from?.direction ?? 'next', filter), {
    account,
    targetId,
    conversationId,
    eventType,
    ...stateParameters(filter.states),
    ...spanOf(request, filter),
    limit: request.size + 1,
  })
  return pageOf(request, rows, ({ created_at, id }) => [created_at, id])
}

export async function findDelivery(read: Reader, account: number, id: string): Promise<DeliveryHistory | undefined> {
  const delivery = await read.get(deliveryById, { account, id })
  if (!delivery) return undefined
  const attempts = await read.all(attemptsOf, { account, deliveryId: id })
  const event = await read.get(eventAt, { account, conversationId: delivery.conversation_id, n: delivery.n })
  return { delivery, attempts, event: event ?? null, heldUntil: await heldUntil(read, delivery) }
}

async function heldUntil(read: Reader, delivery: DeliveryRow): Promise<number | null> {
  const { account, target_id: follower, conversation_id: conversationId } = delivery
  if (delivery.state !== deliveryStates.indexOf('PENDING') || delivery.due_at !== null) return null
  const lane = await read.get(laneOf, { account, follower, conversationId })
  return lane && lane.done < delivery.n ? lane.due_at : null
}

function stateParameters(states: readonly DeliveryState[]) {
  const wanted = deliveryStates.map((state, number) => (states.length === 0 || states.includes(state) ? number : -1))
  const [state0, state1, state2, state3] = wanted as [number, number, number, number]
  return { state0, state1, state2, state3 }
}

/** Where the page begins and between which times it stays. Before every id of a time stands 0, for ids begin with a digit. */
function spanOf({ from: position }: PageRequest, filter: DeliveryFilter) {
  const from = filter.from ?? 0
  const to = filter.to ?? Number.MAX_SAFE_INTEGER
  if (!position) return { at: to, id: '0', from, to }
  const [at, id] = position.at
  if (typeof at !== 'number' || typeof id !== 'string' || position.at.length !== 2) {
    throw invalid('pageToken', 'pageToken is not one that this list gave out')
  }
  return { at, id, from, to }
}
