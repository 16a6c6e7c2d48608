import type { Kysely } from 'kysely'
import type { Dialect } from '../store/statement.ts'
import { type IdentifierRow, type OfStore, statement } from './rows.ts'

interface WantedValues {
  account: number
  storeIds: string[]
  idTypes: string[]
  values: string[]
}

function valuesAmong(db: Kysely<{ identifier: IdentifierRow }>, p: Readonly<WantedValues>, d: Dialect) {
  return db
    .selectFrom('identifier')
    .select(['store_id', 'id_type', 'value', 'profile_id', 'origin_id', 'shared'])
    .where('account', '=', p.account)
    .where(d.among('store_id', p.storeIds))
    .where(d.among('id_type', p.idTypes))
    .where(d.among('value', p.values))
}

/** A superset of the holders of some identifiers: every combination of the types and values. */
export const holdersAmong = statement<WantedValues>()((db, p, d) => valuesAmong(db, p, d))
/**
 * The same for a transaction that goes by the answer: nobody gives these values to another profile before it ends, and one
 * that is given away just now is told as it is then.
 */
export const holdersHeld = statement<WantedValues>()((db, p, d) => {
  const query = valuesAmong(db, p, d)
  return d.name === 'postgres' ? query.forKeyShare() : query
})
/** Values of one type that are long enough and short enough; reads all of them, so only for types that ask for it. */
export const identifiersByLength = statement<OfStore & { idType: string; shortest: number; longest: number }>()(
  (db, p) =>
    db
      .selectFrom('identifier')
      .select(['value', 'profile_id', 'origin_id'])
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
/** Gives values to another profile; the row stays the same, so that who waits for it learns where it went. */
export const moveIdentifiers = statement<OfStore & { from: string[]; ids: string[]; to: string }>()((db, p, d) =>
  db
    .updateTable('identifier')
    .set({ profile_id: p.to })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('profile_id', p.from))
    .where(d.among('id', p.ids)),
)
export const shareIdentifiers = statement<OfStore & { idTypes: string[] }>()(
  (db, p, d) =>
    db
      .updateTable('identifier')
      .set({ exclusive: 0 })
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(d.among('id_type', p.idTypes))
      .where('exclusive', '=', 1),
  { mayTakeLong: true },
)
/** Values that several profiles hold already stay shared until a write touches them and merges their holders. */
export const claimIdentifiers = statement<OfStore & { idTypes: string[] }>()(
  (db, p, d) =>
    db
      .updateTable('identifier')
      .set({ exclusive: 1 })
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where(d.among('id_type', p.idTypes))
      .where('exclusive', '=', 0)
      .where('shared', '=', 0)
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
  { mayTakeLong: true },
)
