import type { FastifyInstance } from 'fastify'
import { numberedPosition, type PageRequest, pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import type { Reader } from '../../store/store.ts'
import { unknownObservation } from '../commands/patch-observation.ts'
import { observationById, revisionsAfter, revisionsBefore } from '../observation-rows.ts'
import type { ObservationRow, RevisionRow } from '../rows.ts'
import type { MemoryContext } from './context.ts'
import { profileOf } from './memory-requests.ts'
import { type ObservationPath, PageQuery, RevisionList } from './memory-schemas.ts'
import { presentObservation } from './present-memories.ts'
import { maxDataPlanePage } from './schemas.ts'

const list = 'revisions'

export function revisionRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.get<{ Params: ObservationPath; Querystring: PageQuery }>(
    '/v1/Stores/:storeId/Profiles/:profileId/Observations/:observationId/Revisions',
    {
      schema: {
        tags: ['Observations'],
        summary: 'List what an observation says and has said, the newest first',
        querystring: PageQuery,
        response: withErrors({ 200: RevisionList }),
      },
    },
    async (request, reply) => {
      const { read } = context.store
      const { account, store_id: storeId, id: profileId } = await profileOf(context, request, reply)
      const id = pathId('observation', request.params.observationId, 'observation')
      const current = await read.get(observationById, { account, storeId, profileId, id })
      if (!current) throw unknownObservation(id)
      const wanted = pageRequest(request.query, list, maxDataPlanePage)
      const page = pageOf(wanted, await wordings(read, current, wanted), ({ n }) => [n])
      return {
        revisions: page.items.map((wording) => presentObservation({ ...wording, id, created_at: current.created_at })),
        meta: pageMeta(list, list, page),
      }
    },
  )
}

/** The present wording and former ones, in the direction of travel, one more than the page takes. */
async function wordings(read: Reader, current: ObservationRow, request: PageRequest): Promise<RevisionRow[]> {
  const { account, id: observationId, revision } = current
  const { size, from } = request
  const backwards = from?.direction === 'previous'
  const at = numberedPosition(request, Number.MAX_SAFE_INTEGER)
  const span = { account, observationId, n: at, limit: size + 1 }
  const stored = await read.all(backwards ? revisionsAfter : revisionsBefore, span)
  // What a change has filed since the present wording was read is that wording itself.
  const former = stored.filter(({ n }) => n < revision)
  const present = { ...current, observation_id: observationId, n: revision }
  if (backwards) return revision > at ? [...former, present] : former
  return (revision < at ? [present, ...former] : former).slice(0, size + 1)
}
