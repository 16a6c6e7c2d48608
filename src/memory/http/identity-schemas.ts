import Type, { type Static } from 'typebox'
import {
  DateTime,
  Meta,
  Nullable,
  NullableDateTime,
  pageQuery,
  Words,
  wireDate,
  wireDateOrNull,
} from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { ErasureRow } from '../erasure-rows.ts'
import type { MergeRow } from '../merge-rows.ts'
import type { ExplainedIdentifier } from '../provenance.ts'
import type { SharedRow } from '../unmergeable-rows.ts'

const Evidence = Type.Object({ idType: Type.String(), value: Type.String() })
const Moved = Type.Object({
  identifiers: Type.Integer({ description: 'Identifiers that the profile which stayed did not have.' }),
  hidden: Type.Integer({ description: 'Identifiers beyond a limit, which come back with an unmerge.' }),
  traits: Type.Integer({ description: 'Traits that it has from the other one.' }),
  observations: Type.Integer(),
  summaries: Type.Integer(),
})
const causes = ['IDENTIFIER', 'OPERATOR'] as const

export const MergeAnswer = Type.Object({
  id: Type.String(),
  status: Words(['MERGED', 'UNDONE']),
  survivingProfileId: Type.String(),
  retiredProfileId: Type.String(),
  cause: Words(causes),
  evidence: Type.Array(Evidence),
  between: Type.Array(Type.String(), {
    description: 'The two ids that it says are one person, whatever profiles they were then.',
  }),
  moved: Moved,
  source: Type.String(),
  requestId: Nullable(Type.String()),
  mergedAt: DateTime,
  undoneAt: NullableDateTime,
  undoneBy: Nullable(Type.String({ description: 'The request that undid it.' })),
  keptApart: Type.Boolean({ description: 'Undone, and only a request for it makes the two one again.' }),
})

export function presentMerge(row: MergeRow): Static<typeof MergeAnswer> {
  return {
    id: wireId('merge', row.id),
    status: row.undone_at === null ? 'MERGED' : 'UNDONE',
    survivingProfileId: wireId('profile', row.surviving_id),
    retiredProfileId: wireId('profile', row.retired_id),
    cause: row.cause as (typeof causes)[number],
    evidence: JSON.parse(row.evidence),
    between: [wireId('profile', row.left_id), wireId('profile', row.right_id)],
    moved: JSON.parse(row.moved),
    source: row.source.toUpperCase(),
    requestId: row.request_id || null,
    mergedAt: wireDate(row.merged_at),
    undoneAt: wireDateOrNull(row.undone_at),
    undoneBy: row.undone_by,
    keptApart: row.apart === 1,
  }
}

export const MergeListQuery = Type.Object({
  ...pageQuery,
  profileId: Type.Optional(Type.String({ maxLength: 100, description: 'Of this profile, under any of its ids.' })),
})
export const MergeList = Type.Object({ meta: Meta, merges: Type.Array(MergeAnswer) })
const ids = Type.Array(Type.String({ maxLength: 100 }), { minItems: 2, maxItems: 2 })
export const MergeBody = Type.Object({ profileIds: ids }, { additionalProperties: false })
export const UndoBody = Type.Object(
  {
    keepApart: Type.Optional(
      Type.Boolean({ description: 'Whether identifiers can never make them one again; true if left out.' }),
    ),
  },
  { additionalProperties: false },
)
export const UndoAnswer = Type.Object({
  merge: MergeAnswer,
  profileIds: Type.Array(Type.String(), {
    description: 'The profile that there was, and the one that there is again.',
  }),
  moved: Type.Object({ observations: Type.Integer(), summaries: Type.Integer() }),
  notRestored: Type.Array(Evidence, { description: 'Values that somebody else has been given since.' }),
  conversations: Type.Object({
    rekeyed: Type.Array(Type.String()),
    closed: Type.Array(Type.String(), { description: 'They carried both customers since the merge.' }),
  }),
})

export const PreviewBody = Type.Object(
  {
    profileIds: Type.Optional(ids),
    profileId: Type.Optional(Type.String({ maxLength: 100 })),
    idType: Type.Optional(Type.String({ minLength: 2, maxLength: 30 })),
    value: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { additionalProperties: false, description: 'Two profileIds, or the identifier that would be added to a profileId.' },
)
export type PreviewBody = Static<typeof PreviewBody>
const Values = Type.Unsafe<Record<string, Record<string, unknown>>>({
  type: 'object',
  additionalProperties: { type: 'object', additionalProperties: true },
})
export const PreviewAnswer = Type.Object({
  refusal: Nullable(Type.String({ description: 'Why it would be refused; then nothing else would happen.' })),
  merges: Type.Array(
    Type.Object({
      survivingProfileId: Type.String(),
      retiredProfileId: Type.String(),
      cause: Words(causes),
      evidence: Type.Array(Evidence),
      moved: Moved,
      traits: Type.Array(Type.String(), { description: 'Traits, as group.name, that the retired one would win.' }),
    }),
  ),
  profile: Nullable(
    Type.Object({
      id: Type.String(),
      traits: Values,
      identifiers: Type.Array(Type.Object({ idType: Type.String(), values: Type.Array(Type.String()) })),
    }),
  ),
  conversations: Type.Array(
    Type.Object({
      conversationId: Type.String(),
      configurationId: Type.String(),
      profileId: Type.String(),
      effect: Words(['GAINS', 'COLLIDES'], {
        description: 'It would get what the other writes too, or there would be two for one customer.',
      }),
      goesOn: Type.Boolean({
        description: 'Of those that collide, whether this is the one that messages would go to.',
      }),
    }),
  ),
})

export const ProvenanceAnswer = Type.Object({
  profileId: Type.String(),
  identifiers: Type.Array(
    Type.Object({
      idType: Type.String(),
      value: Type.String(),
      neverMerges: Type.Boolean({ description: 'On the list of values that never merge.' }),
      reasons: Type.Array(
        Type.Object({
          source: Type.String({ description: 'API, TRAIT, PARTICIPANT, TRAFFIC, BULK, IMPORT or MERGE.' }),
          at: DateTime,
          requestId: Nullable(Type.String()),
          profileId: Type.String({ description: 'The id that it was added to, or that a merge brought it to.' }),
          trait: Type.Optional(Type.String()),
          resourceId: Type.Optional(Type.String({ description: 'The participant, import or merge that brought it.' })),
        }),
      ),
    }),
  ),
})

export function presentProvenance(
  profileId: string,
  identifiers: readonly ExplainedIdentifier[],
): Static<typeof ProvenanceAnswer> {
  return {
    profileId: wireId('profile', profileId),
    identifiers: identifiers.map(({ row, merges }) => ({
      idType: row.id_type,
      value: row.value,
      neverMerges: row.shared === 1,
      reasons: [
        {
          ...originOf(row),
          at: wireDate(row.added_at),
          requestId: row.request_id || null,
          profileId: wireId('profile', row.origin_id),
        },
        ...merges.map((merge) => ({
          source: 'MERGE',
          at: wireDate(merge.merged_at),
          requestId: merge.request_id || null,
          profileId: wireId('profile', merge.surviving_id),
          resourceId: wireId('merge', merge.id),
        })),
      ],
    })),
  }
}

export const SharedBody = Type.Object(
  {
    idType: Type.String({ minLength: 2, maxLength: 30 }),
    value: Type.String({ minLength: 1, maxLength: 255 }),
    note: Type.Optional(Nullable(Type.String({ maxLength: 256 }))),
  },
  { additionalProperties: false },
)
export const SharedAnswer = Type.Object({
  id: Type.String(),
  idType: Type.String(),
  value: Type.String(),
  note: Nullable(Type.String()),
  requestId: Nullable(Type.String()),
  createdAt: DateTime,
})
export const SharedList = Type.Object({ meta: Meta, sharedIdentifiers: Type.Array(SharedAnswer) })

export function presentShared(row: SharedRow): Static<typeof SharedAnswer> {
  return {
    id: wireId('sharedIdentifier', row.id),
    idType: row.id_type,
    value: row.value,
    note: row.note,
    requestId: row.request_id || null,
    createdAt: wireDate(row.created_at),
  }
}

export const ErasureAnswer = Type.Object({
  id: Type.String(),
  kind: Words(['PROFILE', 'STORE']),
  memoryStoreId: Type.String(),
  subject: Type.String({ description: 'The id of what was erased.' }),
  counts: Type.Unsafe<Record<string, number>>({ type: 'object', additionalProperties: { type: 'integer' } }),
  requestId: Nullable(Type.String()),
  erasedAt: DateTime,
})
export const ErasureList = Type.Object({ meta: Meta, erasures: Type.Array(ErasureAnswer) })

export function presentErasure(row: ErasureRow): Static<typeof ErasureAnswer> {
  return {
    id: wireId('erasure', row.id),
    kind: row.kind as 'PROFILE' | 'STORE',
    memoryStoreId: wireId('memoryStore', row.store_id),
    subject: row.subject,
    counts: JSON.parse(row.counts),
    requestId: row.request_id || null,
    erasedAt: wireDate(row.erased_at),
  }
}

/** What a promoted trait, a participant or an import brought is told with its name. */
function originOf({ source, detail }: ExplainedIdentifier['row']): {
  source: string
  trait?: string
  resourceId?: string
} {
  const word = source.toUpperCase()
  if (detail?.startsWith('trait:'))
    return { source: word === 'API' ? 'TRAIT' : word, trait: detail.slice('trait:'.length) }
  return detail === null ? { source: word } : { source: word, resourceId: detail }
}
