import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

/** A message on its way to a bound phone. */
export const sendingTable = table('classic_sending', {
  account: 'int',
  message_sid: 'text',
  participant_sid: 'text',
  conversation_id: 'text?',
  channel: 'text',
  sender: 'text',
  recipient: 'text',
  body: 'text',
  tries: 'int',
  due_at: 'big',
})

export type SendingRow = RowOf<typeof sendingTable>

/** The carrier's id of what was sent, by which reports speak of it. */
export const sentTable = table('classic_sent', {
  account: 'int',
  message_id: 'text',
  message_sid: 'text',
  channel: 'text',
  recipient: 'text',
  conversation_id: 'text?',
})

export type SentRow = RowOf<typeof sentTable>

const statement = statements<{ classic_sending: SendingRow; classic_sent: SentRow }>()

/** What is to be sent to bound phones and has not been. */
export const sendingsDue = statement<{ now: number; limit: number }>()((db, p) =>
  db.selectFrom('classic_sending').selectAll().where('due_at', '<=', p.now).orderBy('due_at').limit(p.limit),
)
export const nextSending = statement<object>()((db) =>
  db.selectFrom('classic_sending').select((eb) => eb.fn.min('due_at').as('due_at')),
)
export const sendingByCarrierId = statement<{ account: number; messageId: string }>()((db, p) =>
  db.selectFrom('classic_sent').selectAll().where('account', '=', p.account).where('message_id', '=', p.messageId),
)
export const sendingBetween = statement<{ account: number; sender: string; recipient: string; body: string }>()(
  (db, p) =>
    db
      .selectFrom('classic_sending')
      .select('message_sid')
      .where('account', '=', p.account)
      .where('sender', '=', p.sender)
      .where('recipient', '=', p.recipient)
      .where('body', '=', p.body)
      .limit(1),
)
export const removeSending = statement<{ account: number; messageSid: string; participantSid: string }>()((db, p) =>
  db
    .deleteFrom('classic_sending')
    .where('account', '=', p.account)
    .where('message_sid', '=', p.messageSid)
    .where('participant_sid', '=', p.participantSid),
)
