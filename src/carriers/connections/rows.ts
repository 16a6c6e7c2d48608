import { statements } from '../../store/statement.ts'
import { type RowOf, table } from '../../store/table.ts'

export const connectionTable = table('carrier_connection', {
  account: 'int',
  id: 'text',
  carrier: 'text',
  name: 'text?',
  settings: 'text',
  secrets: 'text',
  fetched_to: 'big',
  fetch_at: 'big?',
  created_at: 'big',
  updated_at: 'big',
})
export type ConnectionRow = RowOf<typeof connectionTable>

export const receiptTable = table('carrier_receipt', {
  account: 'int',
  day: 'int',
  digest: 'text',
})
export type ReceiptRow = RowOf<typeof receiptTable>

const statement = statements<{ carrier_connection: ConnectionRow; carrier_receipt: ReceiptRow }>()

/** Of whatever account: a webhook names nothing else. */
export const connectionOfAnybody = statement<{ id: string }>()((db, p) =>
  db.selectFrom('carrier_connection').selectAll().where('id', '=', p.id),
)
export const connectionById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('carrier_connection').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const connectionsOf = statement<{ account: number }>()((db, p) =>
  db.selectFrom('carrier_connection').selectAll().where('account', '=', p.account).orderBy('id'),
)
export const connectionsToFetch = statement<{ now: number }>()((db, p) =>
  db.selectFrom('carrier_connection').selectAll().where('fetch_at', '<=', p.now).orderBy('fetch_at').limit(10),
)
export const nextFetch = statement<object>()((db) =>
  db
    .selectFrom('carrier_connection')
    .select((eb) => eb.fn.min('fetch_at').as('fetch_at'))
    .where('fetch_at', 'is not', null),
)
export const noteFetch = statement<{ account: number; id: string; fetchedTo: number; fetchAt: number | null }>()(
  (db, p) =>
    db
      .updateTable('carrier_connection')
      .set({ fetched_to: p.fetchedTo, fetch_at: p.fetchAt })
      .where('account', '=', p.account)
      .where('id', '=', p.id),
)
export const removeConnection = statement<{ account: number; id: string }>()((db, p) =>
  db.deleteFrom('carrier_connection').where('account', '=', p.account).where('id', '=', p.id),
)

/** Days are counted from the epoch. */
export const receiptsAmong = statement<{ account: number; days: number[]; digests: string[] }>()((db, p, d) =>
  db
    .selectFrom('carrier_receipt')
    .select('digest')
    .where('account', '=', p.account)
    .where(d.amongNumbers('day', p.days))
    .where(d.among('digest', p.digests)),
)
export const forgetReceipts = statement<{ account: number; before: number }>()((db, p) =>
  db.deleteFrom('carrier_receipt').where('account', '=', p.account).where('day', '<', p.before),
)
export const removeReceipt = statement<{ account: number; digest: string }>()((db, p) =>
  db.deleteFrom('carrier_receipt').where('account', '=', p.account).where('digest', '=', p.digest),
)
