import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { OfStore } from './rows.ts'

/** What was written to one id of a person who has several. */
export const layerTable = table('profile_layer', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  traits: 'text',
  identifiers: 'text',
  created_at: 'big',
})
export type LayerRow = RowOf<typeof layerTable>

/** The ledger of merges, also of those that were undone. */
export const mergeTable = table('profile_merge', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  left_id: 'text',
  right_id: 'text',
  surviving_id: 'text',
  retired_id: 'text',
  cause: 'text',
  evidence: 'text',
  moved: 'text',
  source: 'text',
  request_id: 'text',
  merged_at: 'big',
  undone_at: 'big?',
  undone_by: 'text?',
  apart: 'int',
})
export type MergeRow = RowOf<typeof mergeTable>

const statement = statements<{ profile_layer: LayerRow; profile_merge: MergeRow }>()

export const layersByIds = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile_layer')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const deleteLayers = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('profile_layer')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const deleteStoreLayers = statement<OfStore>()(
  (db, p) => db.deleteFrom('profile_layer').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)

export const mergeById = statement<OfStore & { id: string }>()((db, p) =>
  db
    .selectFrom('profile_merge')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const mergeLocked = statement<OfStore & { id: string }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('profile_merge')
      .selectAll()
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where('id', '=', p.id),
  ),
)
export const mergesOfLeft = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile_merge')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('left_id', p.ids)),
)
export const mergesOfRight = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('profile_merge')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('right_id', p.ids)),
)
export const mergesAfter = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('profile_merge')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const mergesBefore = statement<OfStore & { id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('profile_merge')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
/** From now on nothing but a request for it makes these one again; or no longer so. */
export const setApart = statement<OfStore & { ids: string[]; apart: number }>()((db, p, d) =>
  db
    .updateTable('profile_merge')
    .set({ apart: p.apart })
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const deleteMerges = statement<OfStore & { ids: string[] }>()((db, p, d) =>
  db
    .deleteFrom('profile_merge')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where(d.among('id', p.ids)),
)
export const deleteStoreMerges = statement<OfStore>()(
  (db, p) => db.deleteFrom('profile_merge').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
