import { api, ask } from '../../api/client.ts'
import type { Fetched } from '../../api/types.ts'
import { recordedAt } from './recorded.ts'

type Event = Fetched<'/skein/v1/Events'>['events'][number]
type Delivery = Fetched<'/skein/v1/Deliveries/{id}'>

/** One bar of the waterfall; times are wall time, in epoch milliseconds. */
export interface Step {
  key: string
  kind: 'request' | 'event' | 'webhook'
  label: string
  outcome: string
  to?: string
  at: number
  ms: number
}

/** The most that is drawn of one request. */
const mostConversations = 5
const mostDeliveries = 40

/** What one request caused, from its first event to the last attempt of a webhook, and what followed by itself. */
export async function fetchCorrelation(requestId: string) {
  const { events } = await ask(api.GET('/skein/v1/Events', { params: { query: { requestId, pageSize: 200 } } }))
  const conversationIds = [...new Set(events.map(conversationOf))].filter((id) => id !== undefined)
  const shown = conversationIds.slice(0, mostConversations)
  const [deliveries, later] = await Promise.all([
    Promise.all(shown.map((id) => deliveriesOf(id, requestId))),
    Promise.all(shown.map((id) => laterIn(id, requestId))),
  ])
  const steps = [...events.map(stepOfEvent), ...deliveries.flat().flatMap(stepsOfDelivery)].sort(
    (a, b) => a.at - b.at || order.indexOf(a.kind) - order.indexOf(b.kind),
  )
  return { events, steps, later: later.flat(), conversationIds }
}

const order: Step['kind'][] = ['request', 'event', 'webhook']

function conversationOf({ type, data }: Event): string | undefined {
  return data.conversationId ?? (type.startsWith('conversation.') ? data.id : undefined)
}

async function deliveriesOf(conversationId: string, requestId: string): Promise<Delivery[]> {
  const { deliveries } = await ask(
    api.GET('/skein/v1/Deliveries', { params: { query: { conversationId, pageSize: 200 } } }),
  )
  const ids = deliveries.filter((one) => one.requestId === requestId).map(({ id }) => id)
  return Promise.all(
    ids.slice(0, mostDeliveries).map((id) => ask(api.GET('/skein/v1/Deliveries/{id}', { params: { path: { id } } }))),
  )
}

/** What happened in the conversation by itself, and goes back to the request. */
async function laterIn(conversationId: string, requestId: string): Promise<Event[]> {
  const { events } = await ask(api.GET('/skein/v1/Events', { params: { query: { conversationId, pageSize: 100 } } }))
  return events.filter((event) => event.requestId === null && event.correlationId === requestId).toReversed()
}

function stepOfEvent(event: Event): Step {
  const { id, type, level, message } = event
  const conversationId = conversationOf(event)
  return {
    key: id,
    kind: 'event',
    label: `${type}: ${message}`,
    outcome: level,
    at: recordedAt(id),
    ms: 0,
    ...(conversationId ? { to: `/conversations/${conversationId}` } : {}),
  }
}

function stepsOfDelivery({ id, eventType, eventNumber, attempts }: Delivery): Step[] {
  return attempts.map(({ number, at, latencyMs, status, error }) => ({
    key: `${id} ${number}`,
    kind: 'webhook',
    label: `${eventType} #${eventNumber}, attempt ${number}`,
    outcome: String(status ?? error),
    to: `/webhooks/deliveries/${id}`,
    at: Date.parse(at),
    ms: latencyMs,
  }))
}
