import type { Kysely } from 'kysely'
import type { Dialect } from '../store/statement.ts'
import { type AliasRow, type OfStore, statement } from './rows.ts'

function aliasesTo(
  db: Kysely<{ profile_alias: AliasRow }>,
  p: Readonly<{ account: number; storeIds: string[]; ids: string[] }>,
  d: Dialect,
) {
  return db
    .selectFrom('profile_alias')
    .select(['id', 'canonical_id'])
    .where('account', '=', p.account)
    .where(d.among('store_id', p.storeIds))
    .where(d.among('canonical_id', p.ids))
    .orderBy('id')
}

export const profileById = statement<OfStore & { id: string }>()((db, p) =>
  db
    .selectFrom('profile')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
/** In the order of their ids, which is the order in which everybody locks them. */
export const profilesLocked = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('profile')
      .selectAll()
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(d.among('id', p.ids))
      .orderBy('id'),
  ),
)
/** Tells caches that what is remembered of a profile is not what it was. */
export const markMemories = statement<OfStore & { profileId: string; version: string }>()((db, p) =>
  db
    .updateTable('profile')
    .set({ memory_version: p.version })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.profileId),
)
export const profilesByIds = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids))
    .orderBy('id'),
)
export const profileIdsAmong = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const profileCount = statement<OfStore>()((db, p) =>
  db
    .selectFrom('profile')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId),
)
export const profilesAfter = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('profile')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const profilesBefore = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('profile')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
export const deleteProfiles = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('profile')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const aliasesByIds = statement<{ account: number; storeIds: string[]; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile_alias')
    .select(['id', 'canonical_id'])
    .where('account', '=', p.account)
    .where(d.among('store_id', p.storeIds))
    .where(d.among('id', p.ids)),
)
export const aliasesByCanonical = statement<{ account: number; storeIds: string[]; ids: string[] }>()((db, p, d) =>
  aliasesTo(db, p, d),
)
/** The same for a transaction that goes by the answer: no merge of these profiles is undone before it ends. */
export const aliasesHeld = statement<{ account: number; storeIds: string[]; ids: string[] }>()((db, p, d) => {
  const query = aliasesTo(db, p, d)
  return d.name === 'postgres' ? query.forKeyShare() : query
})
export const deleteAliasesTo = statement<OfStore & { id: string }>()((db, p) =>
  db
    .deleteFrom('profile_alias')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('canonical_id', '=', p.id),
)

/** Retired ids of one profile point at another from now on. */
export const pointAliases = statement<OfStore & { from: string[]; ids: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('profile_alias')
    .set({ canonical_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('canonical_id', p.from))
    .where(d.among('id', p.ids)),
)
export const deleteAliases = statement<OfStore & { from: string[]; ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('profile_alias')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('canonical_id', p.from))
    .where(d.among('id', p.ids)),
)
export const countAliases = statement<OfStore & { id: string; aliases: number }>()((db, p) =>
  db
    .updateTable('profile')
    .set({ aliases: p.aliases })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
