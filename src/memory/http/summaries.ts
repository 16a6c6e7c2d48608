import type { FastifyInstance } from 'fastify'
import { decompressBody } from '../../http/compressed-body.ts'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { createSummaries } from '../commands/create-summaries.ts'
import { deleteSummary } from '../commands/delete-summary.ts'
import { patchSummary, unknownSummary } from '../commands/patch-summary.ts'
import { summariesAfter, summariesBefore, summaryById } from '../summary-rows.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { memoryChange, newSummary, profileOf, summaryPatch, withoutPrefix } from './memory-requests.ts'
import {
  MemoryAccepted,
  memorySchemas,
  SummaryAnswer,
  type SummaryCreation,
  SummaryList,
  type SummaryPatch,
  type SummaryPath,
  SummaryQuery,
} from './memory-schemas.ts'
import { presentAccepted, presentSummary } from './present-memories.ts'
import { maxDataPlanePage, type ProfilePath } from './schemas.ts'

const tags = ['Conversation summaries']
const collection = '/v1/Stores/:storeId/Profiles/:profileId/ConversationSummaries'
const list = 'summaries'
/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

export function summaryRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store
  const schemas = memorySchemas(context.limits)

  app.post<{ Params: ProfilePath; Body: SummaryCreation }>(
    collection,
    {
      preParsing: decompressBody,
      schema: {
        tags,
        summary: 'Add summaries of conversations to a profile',
        body: schemas.SummaryCreation,
        response: withErrors({ 202: MemoryAccepted }),
      },
    },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const summaries = request.body.summaries.map((item, at) => newSummary(item, `summaries[${at}].`))
      const maximum = context.limits.summariesPerProfile
      const policy = context.memoryOverflow ?? 'evict'
      const canonicalId = await createSummaries(context.store, { ...change, summaries, maximum, policy })
      nameCanonical(reply, change.profileId, canonicalId)
      return reply
        .status(202)
        .send(presentAccepted(summaries.length === 1 ? 'The summary was added.' : 'The summaries were added.'))
    },
  )

  app.get<{ Params: ProfilePath; Querystring: SummaryQuery }>(
    collection,
    {
      schema: {
        tags,
        summary: 'List the summaries of a profile, the newest first',
        querystring: SummaryQuery,
        response: withErrors({ 200: SummaryList }),
      },
    },
    async (request, reply) => {
      const { query } = request
      const { account, store_id: storeId, id: profileId } = await profileOf(context, request, reply)
      const wanted = pageRequest(query, list, maxDataPlanePage)
      const backwards = wanted.from?.direction === 'previous'
      const id = String(wanted.from?.at[0] ?? afterAllIds)
      const conversationId = query.conversationId === undefined ? '' : withoutPrefix(query.conversationId)
      const span = { account, storeId, profileId, conversationId, id, limit: wanted.size + 1 }
      const rows = await read.all(backwards ? summariesAfter : summariesBefore, span)
      const page = pageOf(wanted, rows, (row) => [row.id])
      return { summaries: page.items.map(presentSummary), meta: pageMeta(list, list, page) }
    },
  )

  app.get<{ Params: SummaryPath }>(
    `${collection}/:summaryId`,
    { schema: { tags, summary: 'Fetch a summary', response: withErrors({ 200: SummaryAnswer }) } },
    async (request, reply) => {
      const { account, store_id: storeId, id: profileId } = await profileOf(context, request, reply)
      const id = pathId('summary', request.params.summaryId, 'summary')
      const row = await read.get(summaryById, { account, storeId, profileId, id })
      if (!row) throw unknownSummary(id)
      return presentSummary(row)
    },
  )

  app.patch<{ Params: SummaryPath; Body: SummaryPatch }>(
    `${collection}/:summaryId`,
    {
      schema: {
        tags,
        summary: 'Change a summary, which keeps no revisions',
        body: schemas.SummaryPatch,
        response: withErrors({ 202: MemoryAccepted }),
      },
    },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const summaryId = pathId('summary', request.params.summaryId, 'summary')
      const patch = summaryPatch(request.body)
      nameCanonical(reply, change.profileId, await patchSummary(context.store, { ...change, summaryId, patch }))
      return reply.status(202).send(presentAccepted('The summary was changed.'))
    },
  )

  app.delete<{ Params: SummaryPath }>(
    `${collection}/:summaryId`,
    { schema: { tags, summary: 'Delete a summary for good', response: withErrors({ 202: MemoryAccepted }) } },
    async (request, reply) => {
      const change = await memoryChange(context, request)
      const summaryId = pathId('summary', request.params.summaryId, 'summary')
      nameCanonical(reply, change.profileId, await deleteSummary(context.store, { ...change, summaryId }))
      return reply.status(202).send(presentAccepted('The summary was deleted.'))
    },
  )
}
