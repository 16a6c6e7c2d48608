import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const diagnosticTable = table('diagnostic', {
  account: 'int',
  id: 'text',
  type: 'text',
  level: 'text',
  code: 'int',
  message: 'text',
  resource: 'text?',
  conversation_id: 'text?',
  channel: 'text?',
  details: 'text?',
  request_id: 'text',
  count: 'big',
  at: 'big',
})
export type DiagnosticRow = RowOf<typeof diagnosticTable>

const statement = statements<{ diagnostic: DiagnosticRow }>()

/** Saying that the resource is not null lets the partial index serve. */
export const forgetReports = statement<{ account: number; resources: string[] }>()((db, p, d) =>
  db
    .deleteFrom('diagnostic')
    .where('account', '=', p.account)
    .where('resource', 'is not', null)
    .where(d.among('resource', p.resources)),
)
