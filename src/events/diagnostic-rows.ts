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
