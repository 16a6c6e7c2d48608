import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

/** Receipts: that something was erased and how much, and nothing of what it was. */
export const erasureTable = table('erasure', {
  account: 'int',
  id: 'text',
  kind: 'text',
  store_id: 'text',
  subject: 'text',
  counts: 'text',
  request_id: 'text',
  erased_at: 'big',
})
export type ErasureRow = RowOf<typeof erasureTable>

const statement = statements<{ erasure: ErasureRow }>()

export const erasureById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('erasure').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const erasuresAfter = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('erasure')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const erasuresBefore = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('erasure')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
