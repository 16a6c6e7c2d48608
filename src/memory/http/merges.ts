import type { FastifyInstance } from 'fastify'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Reader } from '../../store/store.ts'
import { mergeProfilesOnRequest } from '../commands/merge-profiles.ts'
import { type PreviewMerge, previewMerge } from '../commands/preview-merge.ts'
import { undoMerge } from '../commands/undo-merge.ts'
import { type MergeRow, mergeById, mergesAfter, mergesBefore } from '../merge-rows.ts'
import { mergesAmong } from '../persons.ts'
import { requireProfile } from '../profiles.ts'
import { idsOf } from '../provenance.ts'
import type { OfStore } from '../rows.ts'
import { requireActiveStore, requireStore } from '../stores.ts'
import type { MemoryContext } from './context.ts'
import {
  MergeAnswer,
  MergeBody,
  MergeList,
  MergeListQuery,
  PreviewAnswer,
  PreviewBody,
  presentMerge,
  UndoAnswer,
  UndoBody,
} from './identity-schemas.ts'
import { storeIdOf } from './path.ts'
import { presentPreview } from './preview-present.ts'
import { maxDataPlanePage, type StorePath } from './schemas.ts'

const tags = ['Skein']
const path = '/skein/v1/Stores/:storeId/Merges'
const list = 'merges'

interface MergePath extends StorePath {
  mergeId: string
}

export function mergeRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { store, clock, identityEffects } = context

  app.get<{ Params: StorePath; Querystring: { pageSize?: number; pageToken?: string; profileId?: string } }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the merges of profiles, the newest first, also those that were undone',
        querystring: MergeListQuery,
        response: withErrors({ 200: MergeList }),
      },
    },
    async ({ principal, params, query }) => {
      const request = pageRequest(query, list, maxDataPlanePage)
      const place = { account: principal.account, storeId: storeIdOf(params.storeId) }
      await requireStore(store.read, place.account, place.storeId)
      const backwards = request.from?.direction === 'previous'
      const id = String(request.from?.at[0] ?? 'z'.repeat(27))
      const span = { id, limit: request.size + 1, backwards }
      const rows =
        query.profileId === undefined
          ? await store.read.all(backwards ? mergesAfter : mergesBefore, { ...place, id, limit: span.limit })
          : await mergesOf(store.read, place, pathId('profile', query.profileId, 'profile'), span)
      const page = pageOf(request, rows, (row) => [row.id])
      return { meta: pageMeta(list, list, page), merges: page.items.map(presentMerge) }
    },
  )

  app.post<{ Params: StorePath; Body: { profileIds: string[] } }>(
    path,
    {
      schema: {
        tags,
        summary: 'Merge two profiles on request',
        body: MergeBody,
        response: withErrors({ 201: MergeAnswer }, 409),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const storeId = storeIdOf(request.params.storeId)
      const mergeId = newId()
      const merge = await mergeProfilesOnRequest(store, {
        account,
        storeId,
        profileIds: twoIds(request.body.profileIds),
        mergeId,
        requestId: request.id,
        now: await clock.now(),
      })
      return reply.status(201).send(presentMerge(merge))
    },
  )

  app.post<{ Params: StorePath; Body: PreviewBody }>(
    `${path}/Preview`,
    {
      schema: {
        tags,
        summary: 'Tell what a merge, or an identifier that is added to a profile, would do',
        body: PreviewBody,
        response: withErrors({ 200: PreviewAnswer }),
      },
    },
    async ({ principal, params, body }) => {
      const preview = await previewMerge(
        store,
        {
          account: principal.account,
          storeId: storeIdOf(params.storeId),
          mergeId: newId(),
          question: questionOf(body),
          now: await clock.now(),
        },
        identityEffects,
      )
      return presentPreview(preview)
    },
  )

  app.get<{ Params: MergePath }>(
    `${path}/:mergeId`,
    { schema: { tags, summary: 'Fetch a merge', response: withErrors({ 200: MergeAnswer }) } },
    async ({ principal, params }) => {
      const place = { account: principal.account, storeId: storeIdOf(params.storeId) }
      return presentMerge(await requireMerge(place, mergeIdOf(params)))
    },
  )

  app.post<{ Params: MergePath; Body: { keepApart?: boolean } | undefined }>(
    `${path}/:mergeId/Undo`,
    {
      schema: {
        tags,
        summary: 'Undo a merge: both profiles with all that is theirs, and their conversations',
        body: UndoBody,
        response: withErrors({ 200: UndoAnswer }, 409),
      },
    },
    async (request) => {
      const place = { account: request.principal.account, storeId: storeIdOf(request.params.storeId) }
      const mergeId = mergeIdOf(request.params)
      const undone = await undoMerge(
        store,
        {
          ...place,
          mergeId,
          keepApart: request.body?.keepApart ?? true,
          changeId: newId(),
          requestId: request.id,
          now: await clock.now(),
        },
        identityEffects,
      )
      const { conversations } = undone
      if (conversations.followed) identityEffects.onFollowed()
      return {
        merge: presentMerge(undone.merge),
        profileIds: [undone.profileId, undone.restoredId].map((id) => wireId('profile', id)),
        moved: undone.memories,
        notRestored: undone.notRestored,
        conversations: {
          rekeyed: conversations.rekeyed.map((id) => wireId('conversation', id)),
          closed: conversations.closed.map((id) => wireId('conversation', id)),
        },
      }
    },
  )

  async function requireMerge(place: OfStore, id: string): Promise<MergeRow> {
    await requireActiveStore(store.read, place.account, place.storeId)
    const merge = await store.read.get(mergeById, { ...place, id })
    if (!merge) throw notFound(`There is no merge ${wireId('merge', id)} in this memory store.`)
    return merge
  }
}

/** Of one person there are few enough to read them all. */
async function mergesOf(
  read: Reader,
  place: OfStore,
  profileId: string,
  { id, limit, backwards }: { id: string; limit: number; backwards: boolean },
): Promise<MergeRow[]> {
  const profile = await requireProfile(read, place.account, place.storeId, profileId)
  const rows = await mergesAmong(read, place, await idsOf(read, { ...place, profileId: profile.id }))
  const beyond = rows.filter((row) => (backwards ? row.id > id : row.id < id))
  return (backwards ? beyond : beyond.toReversed()).slice(0, limit)
}

function mergeIdOf({ mergeId }: MergePath): string {
  return pathId('merge', mergeId, 'merge')
}

function twoIds([one = '', other = '']: readonly string[]): [string, string] {
  return [pathId('profile', one, 'profile'), pathId('profile', other, 'profile')]
}

function questionOf({ profileIds, profileId, idType, value }: PreviewBody): PreviewMerge['question'] {
  if (profileIds !== undefined && profileId === undefined && idType === undefined && value === undefined) {
    return { profileIds: twoIds(profileIds) }
  }
  if (profileIds === undefined && profileId !== undefined && idType !== undefined && value !== undefined) {
    return { profileId: pathId('profile', profileId, 'profile'), idType, value }
  }
  throw invalid('profileIds', 'Give either two profileIds, or profileId, idType and value.', 520046)
}
