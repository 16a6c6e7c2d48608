import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, withErrors } from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { replayDeliveries, replayDelivery } from '../commands/replay.ts'
import { findDelivery, listDeliveries } from '../deliveries.ts'
import type { EventsContext } from './context.ts'
import {
  DeliveriesQuery,
  type DeliveryFilterInput,
  deliveryFilter,
  ReplayBody,
  replayableByDefault,
} from './delivery-filter.ts'
import { DeliveryDetails, DeliverySchema, presentDelivery, presentDeliveryDetails } from './delivery-present.ts'

const path = '/skein/v1/Deliveries'
const list = 'deliveries'
const maxPageSize = 1000
const tags = ['Skein']
const Params = Type.Object({ id: Type.String() })

export function deliveryRoutes(app: FastifyInstance, context: EventsContext): void {
  const { store, clock, pokeDeliveries } = context

  app.get<{ Querystring: Static<typeof DeliveriesQuery> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List deliveries of status callbacks, the newest first',
        querystring: DeliveriesQuery,
        response: withErrors({ 200: Type.Object({ meta: Meta, deliveries: Type.Array(DeliverySchema) }) }),
      },
    },
    async ({ principal, query }) => {
      const request = pageRequest(query, list, maxPageSize)
      const page = await listDeliveries(store.read, principal.account, request, deliveryFilter(query))
      return { meta: pageMeta(list, list, page), deliveries: page.items.map(presentDelivery) }
    },
  )

  app.get<{ Params: Static<typeof Params> }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a delivery with all its attempts and what it carries',
        params: Params,
        response: withErrors({ 200: DeliveryDetails }),
      },
    },
    async ({ principal, params }) => details(principal.account, idOf(params.id)),
  )

  app.post<{ Params: Static<typeof Params> }>(
    `${path}/:id/Replay`,
    {
      schema: {
        tags,
        summary: 'Send a delivery again, to the present URL of its target',
        params: Params,
        response: withErrors({ 200: DeliveryDetails }, 409),
      },
    },
    async ({ principal, params }) => {
      const id = idOf(params.id)
      await replayDelivery(store, principal.account, id, await clock.now())
      pokeDeliveries()
      return details(principal.account, id)
    },
  )

  app.post<{ Body: DeliveryFilterInput }>(
    `${path}/Replay`,
    {
      schema: {
        tags,
        summary: 'Send again all deliveries that a filter means',
        body: ReplayBody,
        response: withErrors({ 200: Type.Object({ replayed: Type.Integer() }) }),
      },
    },
    async ({ principal, body }) => {
      const filter = deliveryFilter(body)
      if (filter.states.length === 0 && Object.keys(filter).length === 1) {
        throw invalid('body', 'Name at least one criterion: everything at once is never meant.')
      }
      const states = filter.states.length > 0 ? filter.states : replayableByDefault
      const replayed = await replayDeliveries(store, principal.account, { ...filter, states }, await clock.now())
      pokeDeliveries()
      return { replayed }
    },
  )

  async function details(account: number, id: string) {
    const history = await findDelivery(store.read, account, id)
    if (!history) throw notFound(`There is no delivery ${wireId('delivery', id)}.`)
    return presentDeliveryDetails(history)
  }
}

function idOf(text: string): string {
  return pathId('delivery', text, 'delivery')
}
