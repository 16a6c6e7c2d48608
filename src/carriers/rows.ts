import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

/** Attachments of communications: where they can be had. */
export const mediaTable = table('communication_media', {
  account: 'int',
  communication_id: 'text',
  n: 'int',
  conversation_id: 'text',
  url: 'text',
  content_type: 'text?',
})
export type MediaRow = RowOf<typeof mediaTable>

/** Reports that came before their message; without channel and recipient they are about all of its recipients. */
export const earlyReportTable = table('early_report', {
  account: 'int',
  message_id: 'text',
  status: 'text',
  channel: 'text',
  recipient: 'text',
  at: 'big',
})
export type EarlyReportRow = RowOf<typeof earlyReportTable>

interface Tables {
  communication_media: MediaRow
  early_report: EarlyReportRow
}

const statement = statements<Tables>()

export const mediaOf = statement<{ account: number; communicationId: string }>()((db, p) =>
  db
    .selectFrom('communication_media')
    .selectAll()
    .where('account', '=', p.account)
    .where('communication_id', '=', p.communicationId)
    .orderBy('n'),
)
export const forgetMediaOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('communication_media').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)

export const earlyReports = statement<{ account: number; messageIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('early_report')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('message_id', p.messageIds))
    .orderBy('at'),
)
export const forgetEarlyReports = statement<{ account: number; messageIds: string[] }>()((db, p, d) =>
  db.deleteFrom('early_report').where('account', '=', p.account).where(d.among('message_id', p.messageIds)),
)
export const forgetOldReports = statement<{ account: number; before: number }>()((db, p) =>
  db.deleteFrom('early_report').where('account', '=', p.account).where('at', '<', p.before),
)
