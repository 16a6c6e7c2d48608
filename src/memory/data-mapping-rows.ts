import { type OfStore, statement } from './rows.ts'

export const dataMappingById = statement<OfStore & { id: string }>()((db, p) =>
  db
    .selectFrom('data_mapping')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const dataMappingByName = statement<OfStore & { displayName: string }>()((db, p) =>
  db
    .selectFrom('data_mapping')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('display_name', '=', p.displayName),
)
export const dataMappingsOf = statement<OfStore>()((db, p) =>
  db
    .selectFrom('data_mapping')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .orderBy('id'),
)
type Span = OfStore & { id: string; types: string[]; limit: number }
export const dataMappingsAfter = statement<Span>()((db, p, d) =>
  db
    .selectFrom('data_mapping')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.id)
    .where(d.among('source_type', p.types))
    .orderBy('id')
    .limit(p.limit),
)
export const dataMappingsBefore = statement<Span>()((db, p, d) =>
  db
    .selectFrom('data_mapping')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '<', p.id)
    .where(d.among('source_type', p.types))
    .orderBy('id', 'desc')
    .limit(p.limit),
)
export const deleteDataMapping = statement<OfStore & { id: string }>()((db, p) =>
  db
    .deleteFrom('data_mapping')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const deleteStoreDataMappings = statement<OfStore>()(
  (db, p) => db.deleteFrom('data_mapping').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
