import { sql } from 'kysely'
import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const operationTable = table('operation', {
  account: 'int',
  id: 'text',
  api: 'text',
  kind: 'text',
  subject: 'text',
  state: 'int',
  input: 'text',
  related: 'text',
  result: 'text?',
  error: 'text?',
  request_id: 'text',
  created_at: 'big',
  completed_at: 'big?',
})
export type OperationRow = RowOf<typeof operationTable>

/** Written into the statement, since a partial index serves only a condition that it can read. */
const pending = sql.lit(0)
const statement = statements<{ operation: OperationRow }>()

export const operationById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('operation').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
/** The newest first. */
export const recentOperations = statement<{ account: number; before: string; limit: number }>()((db, p) =>
  db
    .selectFrom('operation')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '<', p.before)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
/** Those after an id, the oldest first. */
export const operationsAfter = statement<{ account: number; after: string; limit: number }>()((db, p) =>
  db
    .selectFrom('operation')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
)
export const pendingOn = statement<{ account: number; subject: string }>()((db, p) =>
  db
    .selectFrom('operation')
    .select('id')
    .where('account', '=', p.account)
    .where('subject', '=', p.subject)
    .where('state', '=', pending)
    .limit(1),
)
export const pendingCount = statement<{ account: number; kind: string }>()((db, p) =>
  db
    .selectFrom('operation')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account)
    .where('kind', '=', p.kind)
    .where('state', '=', pending),
)
/** Without the account: one look tells the loop whether anything waits, and where. */
export const accountsWithPending = statement<object>()((db) =>
  db.selectFrom('operation').select('account').distinct().where('state', '=', pending).orderBy('account'),
)
export const oldestPending = statement<object>()((db) =>
  db
    .selectFrom('operation')
    .select((eb) => eb.fn.min('created_at').as('created_at'))
    .where('state', '=', pending),
)
export const claimPending = statement<{ account: number; after: string }>()((db, p, d) =>
  d.lockFree(
    db
      .selectFrom('operation')
      .selectAll()
      .where('account', '=', p.account)
      .where('id', '>', p.after)
      .where('state', '=', pending)
      .orderBy('id')
      .limit(1),
  ),
)
export const finishOperation = statement<{
  account: number
  id: string
  state: number
  result: string | null
  error: string | null
  now: number
}>()((db, p) =>
  db
    .updateTable('operation')
    .set({ state: p.state, result: p.result, error: p.error, completed_at: p.now })
    .where('account', '=', p.account)
    .where('id', '=', p.id)
    .where('state', '=', pending),
)
export const continueOperation = statement<{ account: number; id: string; input: string }>()((db, p) =>
  db.updateTable('operation').set({ input: p.input }).where('account', '=', p.account).where('id', '=', p.id),
)
/** The newest on a subject, whatever became of it. */
export const latestOn = statement<{ account: number; subject: string }>()((db, p) =>
  db
    .selectFrom('operation')
    .selectAll()
    .where('account', '=', p.account)
    .where('subject', '=', p.subject)
    .orderBy('id', 'desc')
    .limit(1),
)
export const forgetOperations = statement<{ account: number; before: number }>()((db, p) =>
  db
    .deleteFrom('operation')
    .where('account', '=', p.account)
    .where('completed_at', 'is not', null)
    .where('completed_at', '<', p.before),
)
