import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { pageQuery, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { shareIdentifier, unshareIdentifier } from '../commands/share-identifier.ts'
import { erasureById, erasuresAfter, erasuresBefore } from '../erasure-rows.ts'
import { requireProfile } from '../profiles.ts'
import { explainIdentifiers } from '../provenance.ts'
import { requireActiveStore, requireStore } from '../stores.ts'
import { sharedAfter, sharedBefore, sharedById } from '../unmergeable-rows.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import {
  ErasureAnswer,
  ErasureList,
  ProvenanceAnswer,
  presentErasure,
  presentProvenance,
  presentShared,
  SharedAnswer,
  SharedBody,
  SharedList,
} from './identity-schemas.ts'
import { mergeRoutes } from './merges.ts'
import { storeIdOf } from './path.ts'
import { maxDataPlanePage, type ProfilePath, type StorePath } from './schemas.ts'

const tags = ['Skein']
const Query = Type.Object(pageQuery)
type Query = Static<typeof Query>
/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

/** What Skein tells and lets do about identity beside the published API. */
export function identityRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store
  app.get<{ Params: ProfilePath }>(
    '/skein/v1/Stores/:storeId/Profiles/:profileId/Identifiers',
    {
      schema: {
        tags,
        summary: 'Tell why a profile has its identifiers',
        response: withErrors({ 200: ProvenanceAnswer }),
      },
    },
    async ({ principal: { account }, params }, reply) => {
      const { id: storeId } = await requireActiveStore(read, account, storeIdOf(params.storeId))
      const namedId = pathId('profile', params.profileId, 'profile')
      const { id: profileId } = await requireProfile(read, account, storeId, namedId)
      nameCanonical(reply, namedId, profileId)
      return presentProvenance(profileId, await explainIdentifiers(read, { account, storeId, profileId }))
    },
  )
  mergeRoutes(app, context)
  sharedRoutes(app, context)
  erasureRoutes(app, context)
}

function sharedRoutes(app: FastifyInstance, { store, clock }: MemoryContext): void {
  const path = '/skein/v1/Stores/:storeId/SharedIdentifiers'
  const list = 'sharedIdentifiers'

  app.post<{ Params: StorePath; Body: Static<typeof SharedBody> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Put a value on the list of those that never merge profiles',
        body: SharedBody,
        response: withErrors({ 201: SharedAnswer }, 409),
      },
    },
    async (request, reply) => {
      const { idType, value, note = null } = request.body
      const row = await shareIdentifier(store, {
        account: request.principal.account,
        storeId: storeIdOf(request.params.storeId),
        id: newId(),
        idType,
        value,
        note,
        requestId: request.id,
        now: await clock.now(),
      })
      return reply.status(201).send(presentShared(row))
    },
  )

  app.get<{ Params: StorePath; Querystring: Query }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the values that never merge profiles, the newest first',
        querystring: Query,
        response: withErrors({ 200: SharedList }),
      },
    },
    async ({ principal, params, query }) => {
      const request = pageRequest(query, list, maxDataPlanePage)
      const place = { account: principal.account, storeId: storeIdOf(params.storeId) }
      await requireStore(store.read, place.account, place.storeId)
      const statement = request.from?.direction === 'previous' ? sharedAfter : sharedBefore
      const id = String(request.from?.at[0] ?? afterAllIds)
      const rows = await store.read.all(statement, { ...place, id, limit: request.size + 1 })
      const page = pageOf(request, rows, (row) => [row.id])
      return { meta: pageMeta(list, list, page), sharedIdentifiers: page.items.map(presentShared) }
    },
  )

  app.get<{ Params: StorePath & { id: string } }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a value that never merges profiles',
        response: withErrors({ 200: SharedAnswer }),
      },
    },
    async ({ principal: { account }, params }) => {
      const place = { account, storeId: storeIdOf(params.storeId), id: sharedIdOf(params.id) }
      await requireStore(store.read, account, place.storeId)
      const row = await store.read.get(sharedById, place)
      if (!row) throw notFound(`The list of values that never merge has no ${params.id}.`)
      return presentShared(row)
    },
  )

  app.delete<{ Params: StorePath & { id: string } }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Take a value off the list of those that never merge profiles',
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await unshareIdentifier(store, {
        account: request.principal.account,
        storeId: storeIdOf(request.params.storeId),
        id: sharedIdOf(request.params.id),
        requestId: request.id,
        now: await clock.now(),
      })
      return reply.status(204).send()
    },
  )
}

function erasureRoutes(app: FastifyInstance, { store }: MemoryContext): void {
  const path = '/skein/v1/Erasures'
  const list = 'erasures'

  app.get<{ Querystring: Query }>(
    path,
    {
      schema: {
        tags,
        summary: 'List what was erased of profiles and memory stores, the newest first',
        querystring: Query,
        response: withErrors({ 200: ErasureList }),
      },
    },
    async ({ principal, query }) => {
      const request = pageRequest(query, list, maxDataPlanePage)
      const statement = request.from?.direction === 'previous' ? erasuresAfter : erasuresBefore
      const id = String(request.from?.at[0] ?? afterAllIds)
      const rows = await store.read.all(statement, { account: principal.account, id, limit: request.size + 1 })
      const page = pageOf(request, rows, (row) => [row.id])
      return { meta: pageMeta(list, list, page), erasures: page.items.map(presentErasure) }
    },
  )

  app.get<{ Params: { id: string } }>(
    `${path}/:id`,
    { schema: { tags, summary: 'Fetch the receipt of an erasure', response: withErrors({ 200: ErasureAnswer }) } },
    async ({ principal, params }) => {
      const id = pathId('erasure', params.id, 'erasure')
      const row = await store.read.get(erasureById, { account: principal.account, id })
      if (!row) throw notFound(`There is no erasure ${wireId('erasure', id)}.`)
      return presentErasure(row)
    },
  )
}

function sharedIdOf(text: string): string {
  return pathId('sharedIdentifier', text, 'value that never merges')
}
