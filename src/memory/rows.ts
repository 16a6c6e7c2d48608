import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const storeTable = table('memory_store', {
  account: 'int',
  id: 'text',
  display_name: 'text',
  description: 'text?',
  status: 'text',
  intelligence_service_id: 'text',
  version: 'big',
  identity_settings: 'text',
  identity_version: 'big',
  created_at: 'big',
  updated_at: 'big',
})
export const profileTable = table('profile', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  traits: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export const aliasTable = table('profile_alias', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  canonical_id: 'text',
  merged_at: 'big',
})
export const identifierTable = table('identifier', {
  account: 'int',
  store_id: 'text',
  id_type: 'text',
  value: 'text',
  profile_id: 'text',
  id: 'text',
  origin_id: 'text',
  exclusive: 'int',
  source: 'text',
  request_id: 'text',
  added_at: 'big',
})
export type StoreRow = RowOf<typeof storeTable>
export type ProfileRow = RowOf<typeof profileTable>
export type IdentifierRow = RowOf<typeof identifierTable>

interface Tables {
  memory_store: StoreRow
  profile: ProfileRow
  profile_alias: RowOf<typeof aliasTable>
  identifier: IdentifierRow
}
const statement = statements<Tables>()

interface OfStore {
  account: number
  storeId: string
}

export const storeById = statement<OfStore>()((db, p) =>
  db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId),
)
/** Whoever writes into a store holds it, so that its settings stay and it is not deleted meanwhile; writers do not exclude each other. */
export const storeHeld = statement<OfStore>()((db, p, d) => {
  const query = db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId)
  return d.name === 'postgres' ? query.forShare() : query
})
export const storeLocked = statement<OfStore>()((db, p, d) =>
  d.lock(db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId)),
)
export const storesByIds = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('memory_store')
    .select(['id', 'status', 'identity_settings'])
    .where('account', '=', p.account)
    .where(d.among('id', p.ids)),
)
export const storeByName = statement<{ account: number; displayName: string }>()((db, p) =>
  db.selectFrom('memory_store').select('id').where('account', '=', p.account).where('display_name', '=', p.displayName),
)
export const storeCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('memory_store')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)
export const storesAfter = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('memory_store')
    .select('id')
    .where('account', '=', p.account)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const storesBefore = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('memory_store')
    .select('id')
    .where('account', '=', p.account)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
export const deleteStoreRow = statement<OfStore>()((db, p) =>
  db.deleteFrom('memory_store').where('account', '=', p.account).where('id', '=', p.storeId),
)
export const deleteStoreProfiles = statement<OfStore>()((db, p) =>
  db.deleteFrom('profile').where('account', '=', p.account).where('store_id', '=', p.storeId),
)
export const deleteStoreAliases = statement<OfStore>()((db, p) =>
  db.deleteFrom('profile_alias').where('account', '=', p.account).where('store_id', '=', p.storeId),
)
export const deleteStoreIdentifiers = statement<OfStore>()((db, p) =>
  db.deleteFrom('identifier').where('account', '=', p.account).where('store_id', '=', p.storeId),
)

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
  db
    .selectFrom('profile_alias')
    .select(['id', 'canonical_id'])
    .where('account', '=', p.account)
    .where(d.among('store_id', p.storeIds))
    .where(d.among('canonical_id', p.ids))
    .orderBy('id'),
)
/** Chains of merges stay one step long: every retired id points at the profile that there is now. */
export const redirectAliases = statement<OfStore & { from: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('profile_alias')
    .set({ canonical_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('canonical_id', p.from)),
)
export const deleteAliasesTo = statement<OfStore & { id: string }>()((db, p) =>
  db
    .deleteFrom('profile_alias')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('canonical_id', '=', p.id),
)

/** A superset of the holders of some identifiers: every combination of the types and values. */
export const holdersAmong = statement<{
  account: number
  storeIds: string[]
  idTypes: string[]
  values: string[]
}>()((db, p, d) =>
  db
    .selectFrom('identifier')
    .select(['store_id', 'id_type', 'value', 'profile_id'])
    .where('account', '=', p.account)
    .where(d.among('store_id', p.storeIds))
    .where(d.among('id_type', p.idTypes))
    .where(d.among('value', p.values)),
)
/** Values of one type that are long enough and short enough; reads all of them, so only for types that ask for it. */
export const identifiersByLength = statement<OfStore & { idType: string; shortest: number; longest: number }>()(
  (db, p) =>
    db
      .selectFrom('identifier')
      .select(['value', 'profile_id'])
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where('id_type', '=', p.idType)
      .where(({ fn }) => fn<number>('length', ['value']), '>=', p.shortest)
      .where(({ fn }) => fn<number>('length', ['value']), '<=', p.longest),
)
export const identifiersOf = statement<OfStore & { profileIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('identifier')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.profileIds))
    .orderBy('added_at')
    .orderBy('id'),
)
export const deleteIdentifiers = statement<OfStore & { profileIds: string[]; ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('identifier')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.profileIds))
    .where(d.among('id', p.ids)),
)
export const deleteIdentifiersOf = statement<OfStore & { profileId: string }>()((db, p) =>
  db
    .deleteFrom('identifier')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('profile_id', '=', p.profileId),
)
export const shareIdentifiers = statement<OfStore & { idTypes: string[] }>()((db, p, d) =>
  db
    .updateTable('identifier')
    .set({ exclusive: 0 })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id_type', p.idTypes))
    .where('exclusive', '=', 1),
)
/** Values that several profiles hold already stay shared until a write touches them and merges their holders. */
export const claimIdentifiers = statement<OfStore & { idTypes: string[] }>()((db, p, d) =>
  db
    .updateTable('identifier')
    .set({ exclusive: 1 })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id_type', p.idTypes))
    .where('exclusive', '=', 0)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identifier as other')
            .select('other.profile_id')
            .whereRef('other.account', '=', 'identifier.account')
            .whereRef('other.store_id', '=', 'identifier.store_id')
            .whereRef('other.id_type', '=', 'identifier.id_type')
            .whereRef('other.value', '=', 'identifier.value')
            .whereRef('other.profile_id', '<>', 'identifier.profile_id'),
        ),
      ),
    ),
)
