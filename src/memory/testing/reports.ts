import type { DiagnosticRow } from '../../events/diagnostic-rows.ts'
import { statements } from '../../store/statement.ts'

/** What the debugger was told about a resource, named by its wire id, in that order. */
export const reportsAbout = statements<{ diagnostic: DiagnosticRow }>()<{ account: number; resource: string }>()(
  (db, p) =>
    db
      .selectFrom('diagnostic')
      .select(['type', 'level'])
      .where('account', '=', p.account)
      .where('resource', '=', p.resource)
      .orderBy('id'),
)
