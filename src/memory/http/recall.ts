import type { FastifyInstance } from 'fastify'
import { decompressBody } from '../../http/compressed-body.ts'
import { instantOf } from '../../http/instant.ts'
import { withErrors } from '../../http/schemas.ts'
import type { RecalledCommunication } from '../communications.ts'
import { recallMemories } from '../recall.ts'
import type { MemoryContext } from './context.ts'
import { profileOf, withoutPrefix } from './memory-requests.ts'
import { memorySchemas, RecallAnswer, type RecallBody } from './memory-schemas.ts'
import { presentCommunication, presentObservation, presentSummary } from './present-memories.ts'
import type { ProfilePath } from './schemas.ts'

/** The last words of a conversation of which a query is made when there is none. */
const spokenOf = 10
/** How far back communications of a span of time are looked for. */
const lookedThrough = 1000
const maxQueryTime = 600_000

export function recallRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.post<{ Params: ProfilePath; Body: RecallBody }>(
    '/v1/Stores/:storeId/Profiles/:profileId/Recall',
    {
      preParsing: decompressBody,
      schema: {
        tags: ['Recall'],
        summary: 'Recall what matters now of what is remembered of a profile',
        body: memorySchemas(context.limits).RecallBody,
        response: withErrors({ 200: RecallAnswer }),
      },
    },
    async (request, reply) => {
      const started = performance.now()
      const { body } = request
      const span = spanOf(body)
      const profile = await profileOf(context, request, reply)
      const spoken = await spokenIn(context, request.principal.account, body)
      const { observations, summaries } = await recallMemories(
        context.recallCache,
        profile,
        {
          ...span,
          query: body.query || wordsOf(spoken) || undefined,
          relevanceThreshold: body.relevanceThreshold ?? 0,
          observationsLimit: body.observationsLimit ?? 20,
          summariesLimit: body.summariesLimit ?? 5,
        },
        context.vectorOfQuery,
      )
      return {
        observations: observations.map(({ row, score }) => ({ ...presentObservation(row), ...scored(score) })),
        summaries: summaries.map(({ row, score }) => ({ ...presentSummary(row), ...scored(score) })),
        communications: communicationsWithin(spoken, span, body.communicationsLimit ?? 0).map(presentCommunication),
        meta: { queryTime: Math.min(maxQueryTime, Math.round(performance.now() - started)) },
      }
    },
  )
}

function spanOf({ beginDate, endDate }: RecallBody): { begin: number; end: number } {
  return {
    begin: beginDate === undefined ? Number.NEGATIVE_INFINITY : instantOf('beginDate', beginDate, 520046),
    end: endDate === undefined ? Number.POSITIVE_INFINITY : instantOf('endDate', endDate, 520046),
  }
}

/** As much of the conversation as is shown or is needed to know what it is about; nothing when there is no such conversation. */
async function spokenIn(
  { readCommunications }: MemoryContext,
  account: number,
  { conversationId, query, communicationsLimit = 0, beginDate, endDate }: RecallBody,
): Promise<RecalledCommunication[]> {
  if (conversationId === undefined || (query && communicationsLimit === 0)) return []
  const isSpan = beginDate !== undefined || endDate !== undefined
  const limit = communicationsLimit > 0 && isSpan ? lookedThrough : Math.max(communicationsLimit, query ? 0 : spokenOf)
  return readCommunications(account, withoutPrefix(conversationId), limit)
}

function wordsOf(spoken: readonly RecalledCommunication[]): string {
  return spoken
    .slice(-spokenOf)
    .map(({ text }) => text)
    .reverse()
    .join('\n')
}

function communicationsWithin(
  spoken: readonly RecalledCommunication[],
  { begin, end }: { begin: number; end: number },
  limit: number,
): RecalledCommunication[] {
  const within = spoken.filter(({ createdAt }) => createdAt >= begin && createdAt < end)
  return limit === 0 ? [] : within.slice(-limit)
}

function scored(score: number | undefined): { score?: number } {
  return score === undefined ? {} : { score }
}
