import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { IdentifierRow, OfStore, StoreRow } from './rows.ts'

/** The values of a store that never merge profiles. */
export const sharedTable = table('shared_identifier', {
  account: 'int',
  store_id: 'text',
  id_type: 'text',
  value: 'text',
  id: 'text',
  note: 'text?',
  request_id: 'text',
  created_at: 'big',
})
export type SharedRow = RowOf<typeof sharedTable>

interface OfValue extends OfStore {
  idType: string
  value: string
}

const statement = statements<{ shared_identifier: SharedRow; identifier: IdentifierRow; memory_store: StoreRow }>()

/** A superset of those of some identifiers that are on the list. */
export const sharedAmong = statement<OfStore & { idTypes: string[]; values: string[] }>()((db, p, d) =>
  db
    .selectFrom('shared_identifier')
    .select(['id_type', 'value'])
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id_type', p.idTypes))
    .where(d.among('value', p.values)),
)
export const sharedById = statement<OfStore & { id: string }>()((db, p) =>
  db
    .selectFrom('shared_identifier')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const sharedAfter = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('shared_identifier')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const sharedBefore = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('shared_identifier')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
export const deleteShared = statement<OfStore & { id: string }>()((db, p) =>
  db
    .deleteFrom('shared_identifier')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const deleteStoreShared = statement<OfStore>()(
  (db, p) => db.deleteFrom('shared_identifier').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const countShared = statement<OfStore & { count: number }>()((db, p) =>
  db
    .updateTable('memory_store')
    .set({ shared_values: p.count })
    .where('account', '=', p.account)
    .where('id', '=', p.storeId),
)
export const holdersOfValue = statement<OfValue>()((db, p) =>
  db
    .selectFrom('identifier')
    .select('profile_id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id_type', '=', p.idType)
    .where('value', '=', p.value),
)
