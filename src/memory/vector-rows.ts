import { type OfProfile, type OfStore, statement } from './rows.ts'

/** What is not embedded with `model`: by another model before it in the order of names (none at all is first), or after it. */
type Unembedded = { account: number; model: string; limit: number }

const observations = (isBefore: boolean) =>
  statement<Unembedded>()((db, p) =>
    db
      .selectFrom('observation')
      .select(['id', 'store_id', 'profile_id', 'content', 'updated_at'])
      .where('account', '=', p.account)
      .where('embedded_with', isBefore ? '<' : '>', p.model)
      .orderBy('embedded_with')
      .orderBy('id')
      .limit(p.limit),
  )
const summaries = (isBefore: boolean) =>
  statement<Unembedded>()((db, p) =>
    db
      .selectFrom('conversation_summary')
      .select(['id', 'store_id', 'profile_id', 'content', 'updated_at'])
      .where('account', '=', p.account)
      .where('embedded_with', isBefore ? '<' : '>', p.model)
      .orderBy('embedded_with')
      .orderBy('id')
      .limit(p.limit),
  )
/** Together they find every memory that has no vector of the model; each reads on along an index. */
export const unembedded = [observations(true), summaries(true), observations(false), summaries(false)] as const

const observationVectors = statement<OfProfile>()((db, p) =>
  db
    .selectFrom('observation as m')
    .innerJoin('memory_vector as v', (join) =>
      join.onRef('v.account', '=', 'm.account').onRef('v.memory_id', '=', 'm.id'),
    )
    .select(['v.memory_id', 'v.vector'])
    .where('m.account', '=', p.account)
    .where('m.store_id', '=', p.storeId)
    .where('m.profile_id', '=', p.profileId),
)
const summaryVectors = statement<OfProfile>()((db, p) =>
  db
    .selectFrom('conversation_summary as m')
    .innerJoin('memory_vector as v', (join) =>
      join.onRef('v.account', '=', 'm.account').onRef('v.memory_id', '=', 'm.id'),
    )
    .select(['v.memory_id', 'v.vector'])
    .where('m.account', '=', p.account)
    .where('m.store_id', '=', p.storeId)
    .where('m.profile_id', '=', p.profileId),
)
export const vectorsOf = [observationVectors, summaryVectors] as const

/** The memories among these that still say the same are marked as embedded by `tx.update`; this reads what they say. */
export const observationContents = statement<OfProfile & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('observation')
    .select(['id', 'content'])
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where(d.among('id', p.ids)),
)
export const summaryContents = statement<OfProfile & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('conversation_summary')
    .select(['id', 'content'])
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where(d.among('id', p.ids)),
)

export const deleteVectors = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.deleteFrom('memory_vector').where('account', '=', p.account).where(d.among('memory_id', p.ids)),
)
/** They run before the memories themselves go. */
export const deleteVectorsOf = [
  statement<OfProfile>()((db, p) =>
    db
      .deleteFrom('memory_vector')
      .where('account', '=', p.account)
      .where('memory_id', 'in', (eb) =>
        eb
          .selectFrom('observation')
          .select('id')
          .where('account', '=', p.account)
          .where('store_id', '=', p.storeId)
          .where('profile_id', '=', p.profileId),
      ),
  ),
  statement<OfProfile>()((db, p) =>
    db
      .deleteFrom('memory_vector')
      .where('account', '=', p.account)
      .where('memory_id', 'in', (eb) =>
        eb
          .selectFrom('conversation_summary')
          .select('id')
          .where('account', '=', p.account)
          .where('store_id', '=', p.storeId)
          .where('profile_id', '=', p.profileId),
      ),
  ),
] as const
export const deleteStoreVectors = [
  statement<OfStore>()(
    (db, p) =>
      db
        .deleteFrom('memory_vector')
        .where('account', '=', p.account)
        .where('memory_id', 'in', (eb) =>
          eb.selectFrom('observation').select('id').where('account', '=', p.account).where('store_id', '=', p.storeId),
        ),
    { mayTakeLong: true },
  ),
  statement<OfStore>()(
    (db, p) =>
      db
        .deleteFrom('memory_vector')
        .where('account', '=', p.account)
        .where('memory_id', 'in', (eb) =>
          eb
            .selectFrom('conversation_summary')
            .select('id')
            .where('account', '=', p.account)
            .where('store_id', '=', p.storeId),
        ),
    { mayTakeLong: true },
  ),
] as const
