import type { FastifyInstance } from 'fastify'
import { decompressBody } from '../../http/compressed-body.ts'
import { instantOf } from '../../http/instant.ts'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { createObservations } from '../commands/create-observations.ts'
import { deleteObservation } from '../commands/delete-observation.ts'
import { patchObservation, unknownObservation } from '../commands/patch-observation.ts'
import type { NewObservation } from '../memory-writing.ts'
import { observationById, observationsAfter, observationsBefore } from '../observation-rows.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { memoryChange, newObservations, observationPatch, profileOf, withoutPrefix } from './memory-requests.ts'
import {
  MemoryAccepted,
  memorySchemas,
  ObservationAnswer,
  type ObservationCreation,
  ObservationList,
  type ObservationPatch,
  type ObservationPath,
  ObservationQuery,
  ObservationsAccepted,
} from './memory-schemas.ts'
import { presentAccepted, presentObservation } from './present-memories.ts'
import { maxDataPlanePage, type ProfilePath } from './schemas.ts'

const tags = ['Observations']
const collection = '/v1/Stores/:storeId/Profiles/:profileId/Observations'
/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

export function observationRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store
  const schemas = memorySchemas(context.limits)

  app.post<{ Params: ProfilePath; Body: ObservationCreation }>(
    collection,
    {
      preParsing: decompressBody,
      schema: {
        tags,
        summary: 'Add observations to a profile',
        body: schemas.ObservationCreation,
        response: withErrors({ 202: ObservationsAccepted }),
      },
    },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const observations = newObservations(request.body, change.now)
      const maximum = context.limits.observationsPerProfile
      const policy = context.memoryOverflow ?? 'evict'
      const canonicalId = await createObservations(context.store, { ...change, observations, maximum, policy })
      nameCanonical(reply, change.profileId, canonicalId)
      const [first] = observations
      const lone = request.body.observations || !first ? {} : presentNew(first, change.now)
      const message = observations.length === 1 ? 'The observation was added.' : 'The observations were added.'
      return reply.status(202).send({ ...presentAccepted(message), ...lone })
    },
  )

  app.get<{ Params: ProfilePath; Querystring: ObservationQuery }>(
    collection,
    {
      schema: {
        tags,
        summary: 'List the observations of a profile, the newest first unless asked otherwise',
        querystring: ObservationQuery,
        response: withErrors({ 200: ObservationList }),
      },
    },
    async (request, reply) => {
      const { query } = request
      const filter = filterOf(query)
      const { account, store_id: storeId, id: profileId } = await profileOf(context, request, reply)
      const order = query.orderBy ?? 'DESC'
      const list = `observations.${order}`
      const wanted = pageRequest(query, list, maxDataPlanePage)
      const ascending = (order === 'ASC') === (wanted.from?.direction !== 'previous')
      const id = String(wanted.from?.at[0] ?? (ascending ? '' : afterAllIds))
      const span = { account, storeId, profileId, ...filter, id, limit: wanted.size + 1 }
      const rows = await read.all(ascending ? observationsAfter : observationsBefore, span)
      const page = pageOf(wanted, rows, (row) => [row.id])
      return { observations: page.items.map(presentObservation), meta: pageMeta('observations', list, page) }
    },
  )

  app.get<{ Params: ObservationPath }>(
    `${collection}/:observationId`,
    { schema: { tags, summary: 'Fetch an observation', response: withErrors({ 200: ObservationAnswer }) } },
    async (request, reply) => {
      const { account, store_id: storeId, id: profileId } = await profileOf(context, request, reply)
      const id = pathId('observation', request.params.observationId, 'observation')
      const row = await read.get(observationById, { account, storeId, profileId, id })
      if (!row) throw unknownObservation(id)
      return presentObservation(row)
    },
  )

  app.patch<{ Params: ObservationPath; Body: ObservationPatch }>(
    `${collection}/:observationId`,
    {
      schema: {
        tags,
        summary: 'Change an observation, which keeps what it said before as a revision',
        body: schemas.ObservationPatch,
        response: withErrors({ 202: MemoryAccepted }),
      },
    },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const observationId = pathId('observation', request.params.observationId, 'observation')
      const patch = observationPatch(request.body)
      nameCanonical(reply, change.profileId, await patchObservation(context.store, { ...change, observationId, patch }))
      return reply.status(202).send(presentAccepted('The observation was changed.'))
    },
  )

  app.delete<{ Params: ObservationPath }>(
    `${collection}/:observationId`,
    {
      schema: {
        tags,
        summary: 'Delete an observation and its revisions for good',
        response: withErrors({ 202: MemoryAccepted }),
      },
    },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const observationId = pathId('observation', request.params.observationId, 'observation')
      nameCanonical(reply, change.profileId, await deleteObservation(context.store, { ...change, observationId }))
      return reply.status(202).send(presentAccepted('The observation was deleted.'))
    },
  )
}

function filterOf({ source, conversationId, createdAfter, createdBefore }: ObservationQuery) {
  return {
    source: source ?? '',
    conversation: conversationId === undefined ? '%' : `%"${withoutPrefix(conversationId)}"%`,
    createdFrom: createdAfter === undefined ? Number.MIN_SAFE_INTEGER : instantOf('createdAfter', createdAfter, 520046),
    createdBefore:
      createdBefore === undefined ? Number.MAX_SAFE_INTEGER : instantOf('createdBefore', createdBefore, 520046),
  }
}

function presentNew({ id, content, source, conversationIds, occurredAt }: NewObservation, now: number) {
  return presentObservation({
    id,
    content,
    source,
    conversation_ids: JSON.stringify(conversationIds),
    occurred_at: occurredAt,
    created_at: now,
    updated_at: now,
  })
}
