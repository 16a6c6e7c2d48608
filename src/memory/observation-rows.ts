import { type OfProfile, type OfStore, statement } from './rows.ts'

/** Which observations of a profile a list shows; empty texts and the widest span leave all of them. */
export interface ObservationFilter {
  source: string
  /** A pattern for the JSON text that holds the ids of conversations. */
  conversation: string
  createdFrom: number
  createdBefore: number
}

type Span = OfProfile & ObservationFilter & { id: string; limit: number }

export const observationById = statement<OfProfile & { id: string }>()((db, p) =>
  db
    .selectFrom('observation')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where('id', '=', p.id),
)
export const observationsOf = statement<OfProfile>()((db, p) =>
  db
    .selectFrom('observation')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .orderBy('id'),
)
/** A list's arms: the planner finds the profile by the key and reads on in the order of ids. */
const list = (ascending: boolean) =>
  statement<Span>()((db, p) =>
    db
      .selectFrom('observation')
      .selectAll()
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where('profile_id', '=', p.profileId)
      .where('id', ascending ? '>' : '<', p.id)
      .where((eb) => eb.or([eb(eb.val(p.source), '=', ''), eb('source', '=', p.source)]))
      .where('conversation_ids', 'like', p.conversation)
      .where('created_at', '>=', p.createdFrom)
      .where('created_at', '<', p.createdBefore)
      .orderBy('id', ascending ? 'asc' : 'desc')
      .limit(p.limit),
  )
export const observationsAfter = list(true)
export const observationsBefore = list(false)
export const observationCount = statement<OfStore & { profileIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('observation')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.profileIds)),
)
/** Those that were left alone for longest. */
export const stalestObservations = statement<OfProfile & { limit: number }>()((db, p) =>
  db
    .selectFrom('observation')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .orderBy('updated_at')
    .orderBy('id')
    .limit(p.limit),
)
export const deleteObservations = statement<OfProfile & { ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('observation')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where(d.among('id', p.ids)),
)
export const deleteObservationsOf = statement<OfProfile>()((db, p) =>
  db
    .deleteFrom('observation')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId),
)
export const deleteStoreObservations = statement<OfStore>()(
  (db, p) => db.deleteFrom('observation').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const moveObservations = statement<OfStore & { from: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('observation')
    .set({ profile_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.from)),
)
export const restoreObservations = statement<OfStore & { from: string; origins: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('observation')
    .set({ profile_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.from)
    .where(d.among('origin_id', p.origins)),
)

/** Newest first, from below `n`; with the widest `n` from the start. */
export const revisionsBefore = statement<{ account: number; observationId: string; n: number; limit: number }>()(
  (db, p) =>
    db
      .selectFrom('observation_revision')
      .selectAll()
      .where('account', '=', p.account)
      .where('observation_id', '=', p.observationId)
      .where('n', '<', p.n)
      .orderBy('n', 'desc')
      .limit(p.limit),
)
export const revisionsAfter = statement<{ account: number; observationId: string; n: number; limit: number }>()(
  (db, p) =>
    db
      .selectFrom('observation_revision')
      .selectAll()
      .where('account', '=', p.account)
      .where('observation_id', '=', p.observationId)
      .where('n', '>', p.n)
      .orderBy('n')
      .limit(p.limit),
)
export const deleteRevisions = statement<{ account: number; observationIds: string[] }>()((db, p, d) =>
  db
    .deleteFrom('observation_revision')
    .where('account', '=', p.account)
    .where(d.among('observation_id', p.observationIds)),
)
export const deleteRevisionsOf = statement<OfProfile>()((db, p) =>
  db
    .deleteFrom('observation_revision')
    .where('account', '=', p.account)
    .where('observation_id', 'in', (eb) =>
      eb
        .selectFrom('observation')
        .select('id')
        .where('account', '=', p.account)
        .where('store_id', '=', p.storeId)
        .where('profile_id', '=', p.profileId),
    ),
)
export const deleteStoreRevisions = statement<OfStore>()(
  (db, p) =>
    db
      .deleteFrom('observation_revision')
      .where('account', '=', p.account)
      .where('observation_id', 'in', (eb) =>
        eb.selectFrom('observation').select('id').where('account', '=', p.account).where('store_id', '=', p.storeId),
      ),
  { mayTakeLong: true },
)
