import { type OfProfile, type OfStore, statement } from './rows.ts'

type Span = OfProfile & { conversationId: string; id: string; limit: number }

export const summaryById = statement<OfProfile & { id: string }>()((db, p) =>
  db
    .selectFrom('conversation_summary')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where('id', '=', p.id),
)
export const summariesOf = statement<OfProfile>()((db, p) =>
  db
    .selectFrom('conversation_summary')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .orderBy('id'),
)
/** An empty conversation leaves all of them. */
const list = (ascending: boolean) =>
  statement<Span>()((db, p) =>
    db
      .selectFrom('conversation_summary')
      .selectAll()
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where('profile_id', '=', p.profileId)
      .where('id', ascending ? '>' : '<', p.id)
      .where((eb) => eb.or([eb(eb.val(p.conversationId), '=', ''), eb('conversation_id', '=', p.conversationId)]))
      .orderBy('id', ascending ? 'asc' : 'desc')
      .limit(p.limit),
  )
export const summariesAfter = list(true)
export const summariesBefore = list(false)
export const summaryCount = statement<OfStore & { profileIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('conversation_summary')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.profileIds)),
)
/** Those that were left alone for longest. */
export const stalestSummaries = statement<OfProfile & { limit: number }>()((db, p) =>
  db
    .selectFrom('conversation_summary')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .orderBy('updated_at')
    .orderBy('id')
    .limit(p.limit),
)
export const deleteSummaries = statement<OfProfile & { ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('conversation_summary')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId)
    .where(d.among('id', p.ids)),
)
export const deleteSummariesOf = statement<OfProfile>()((db, p) =>
  db
    .deleteFrom('conversation_summary')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId),
)
export const deleteStoreSummaries = statement<OfStore>()(
  (db, p) => db.deleteFrom('conversation_summary').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const moveSummaries = statement<OfStore & { from: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('conversation_summary')
    .set({ profile_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.from)),
)
export const restoreSummaries = statement<OfStore & { from: string; origins: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('conversation_summary')
    .set({ profile_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.from)
    .where(d.among('origin_id', p.origins)),
)
