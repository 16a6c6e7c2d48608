import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, pageQuery, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { disableTarget, enableTarget } from '../commands/change-target.ts'
import { testTarget } from '../commands/test-target.ts'
import { findTarget, listTargets } from '../target-views.ts'
import type { EventsContext } from './context.ts'
import { AttemptOutcome, presentOutcome } from './delivery-present.ts'
import { presentTarget, TargetSchema } from './target-present.ts'

const path = '/skein/v1/Targets'
const list = 'targets'
/** Each is shown with what waits for it, which costs several looks. */
const maxPageSize = 100
const tags = ['Skein']
const Params = Type.Object({ id: Type.String() })
const Query = Type.Object(pageQuery)

interface OfOne {
  Params: Static<typeof Params>
}

export function targetRoutes(app: FastifyInstance, context: EventsContext): void {
  const { store, clock, secrets, send, pokeDeliveries } = context

  app.get<{ Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List where status callbacks go and how each fares, the newest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, targets: Type.Array(TargetSchema) }) }),
      },
    },
    async ({ principal, query }) => {
      const page = await listTargets(store.read, principal.account, pageRequest(query, list, maxPageSize))
      return { meta: pageMeta(list, list, page), targets: page.items.map(presentTarget) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a target, also one that has been removed',
        params: Params,
        response: withErrors({ 200: TargetSchema }),
      },
    },
    async ({ principal, params }) => one(principal.account, idOf(params.id)),
  )

  app.post<OfOne>(
    `${path}/:id/Disable`,
    {
      schema: {
        tags,
        summary: 'Send nothing more to a target until it is enabled; events wait for it',
        params: Params,
        response: withErrors({ 200: TargetSchema }, 409),
      },
    },
    async ({ principal, params }) => {
      const id = idOf(params.id)
      await disableTarget(store, principal.account, id, await clock.now())
      return one(principal.account, id)
    },
  )

  app.post<OfOne>(
    `${path}/:id/Enable`,
    {
      schema: {
        tags,
        summary: 'Send to a target again, from where it was left',
        params: Params,
        response: withErrors({ 200: TargetSchema }, 409),
      },
    },
    async ({ principal, params }) => {
      const id = idOf(params.id)
      await enableTarget(store, principal.account, id)
      pokeDeliveries()
      return one(principal.account, id)
    },
  )

  app.post<OfOne>(
    `${path}/:id/Test`,
    {
      schema: {
        tags,
        summary: 'Send a signed test event to a target now and tell how it went',
        params: Params,
        response: withErrors({ 200: AttemptOutcome }, 409),
      },
    },
    async ({ principal, params, id: requestId }) => {
      const test = { targetId: idOf(params.id), requestId, now: await clock.now() }
      return presentOutcome(await testTarget({ read: store.read, secrets, send }, principal.account, test))
    },
  )

  async function one(account: number, id: string) {
    const view = await findTarget(store.read, account, id)
    if (!view) throw notFound(`There is no target ${wireId('target', id)}.`)
    return presentTarget(view)
  }
}

function idOf(text: string): string {
  return pathId('target', text, 'target')
}
