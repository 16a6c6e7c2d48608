import { sql } from 'kysely'
import { type OfStore, statement } from './rows.ts'

export const storeById = statement<OfStore>()((db, p) =>
  db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId),
)
/** Whoever writes into a store holds it, so that its settings stay and it is not deleted meanwhile; writers do not exclude each other. */
export const storeHeld = statement<OfStore>()((db, p, d) => {
  const query = db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId)
  return d.name === 'postgres' ? query.where(queued('pg_advisory_xact_lock_shared', p)).forShare() : query
})
export const storeLocked = statement<OfStore>()((db, p, d) => {
  const query = db.selectFrom('memory_store').selectAll().where('account', '=', p.account).where('id', '=', p.storeId)
  return d.lock(d.name === 'postgres' ? query.where(queued('pg_advisory_xact_lock', p)) : query)
})
/**
 * Lets no writer overtake whoever waits for the store alone. PostgreSQL gives a row that is shared to the next who shares it,
 * so that where writers never cease nobody would get it alone; its advisory locks are given in the order in which they are
 * asked for. The row is locked as well, and it alone decides.
 */
function queued(lock: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared', p: Readonly<OfStore>) {
  const place = sql`hashtextextended(${p.storeId}::text, ${p.account}::bigint)`
  return sql<boolean>`(select ${sql.raw(lock)}(${place})::text) is not null`
}

export const storesByIds = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('memory_store')
    .select(['id', 'status', 'identity_settings'])
    .where('account', '=', p.account)
    .where(d.among('id', p.ids)),
)
export const storesByStatus = statement<{ account: number; status: string }>()((db, p) =>
  db.selectFrom('memory_store').select('id').where('account', '=', p.account).where('status', '=', p.status),
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
export const deleteStoreProfiles = statement<OfStore>()(
  (db, p) => db.deleteFrom('profile').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const deleteStoreAliases = statement<OfStore>()(
  (db, p) => db.deleteFrom('profile_alias').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const deleteStoreIdentifiers = statement<OfStore>()(
  (db, p) => db.deleteFrom('identifier').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
