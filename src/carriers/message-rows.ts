import { sidOf } from '../kernel/sids.ts'
import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { Media, MessageChannel, MessageStatus, ObservedMessage } from './domain/message.ts'
import { channelOfAddress } from './domain/message.ts'
import { dueRows } from './due-rows.ts'

export const messageTable = table('message', {
  account: 'int',
  id: 'text',
  direction: 'int',
  from_address: 'text',
  to_address: 'text',
  body: 'text',
  media: 'text?',
  status: 'text',
  error_code: 'int?',
  messaging_service_sid: 'text?',
  status_callback: 'text?',
  captured: 'int',
  conversation_id: 'text?',
  request_id: 'text',
  created_at: 'big',
  sent_at: 'big?',
  updated_at: 'big',
  due_at: 'big?',
  leased_until: 'big?',
})
export type MessageRow = RowOf<typeof messageTable>

export const callbackTable = table('message_callback', {
  account: 'int',
  id: 'text',
  message_id: 'text',
  status: 'text?',
  error_code: 'int?',
  url: 'text',
  due_at: 'big',
  leased_until: 'big?',
})
export type CallbackRow = RowOf<typeof callbackTable>

export const optOutTable = table('opt_out', { account: 'int', number_key: 'text', handset_key: 'text', at: 'big' })

interface Tables {
  message: MessageRow
  message_callback: CallbackRow
  opt_out: RowOf<typeof optOutTable>
}

const statement = statements<Tables>()

export const directions = ['inbound', 'outbound-api', 'outbound-reply'] as const
export type Direction = (typeof directions)[number]

export const messageById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('message').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const lockMessage = statement<{ account: number; id: string }>()((db, p, d) =>
  d.lock(db.selectFrom('message').selectAll().where('account', '=', p.account).where('id', '=', p.id)),
)
/** Ascending, as everybody locks them. */
export const lockMessages = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  d.lock(
    db.selectFrom('message').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)).orderBy('id'),
  ),
)
export const removeMessage = statement<{ account: number; id: string }>()((db, p) =>
  db.deleteFrom('message').where('account', '=', p.account).where('id', '=', p.id),
)
export const forgetMessagesOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('message').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)

export const dueMessages = dueRows<MessageRow>(messageTable)
export const dueCallbacks = dueRows<CallbackRow>(callbackTable)
export const removeCallback = statement<{ account: number; id: string }>()((db, p) =>
  db.deleteFrom('message_callback').where('account', '=', p.account).where('id', '=', p.id),
)

/** The row by which a message's application is told of a status, if there is one to be told. */
export function statusCallbacks(
  { account, id: message_id, status_callback: url }: Pick<MessageRow, 'account' | 'id' | 'status_callback'>,
  { id, status, errorCode, at }: { id: string; status: MessageStatus; errorCode: number | null; at: number },
): CallbackRow[] {
  if (url === null) return []
  return [{ account, id, message_id, status, error_code: errorCode, url, due_at: at, leased_until: null }]
}

export const optOutOf = statement<{ account: number; numberKey: string; handsetKey: string }>()((db, p) =>
  db
    .selectFrom('opt_out')
    .select('at')
    .where('account', '=', p.account)
    .where('number_key', '=', p.numberKey)
    .where('handset_key', '=', p.handsetKey),
)
export const removeOptOut = statement<{ account: number; numberKey: string; handsetKey: string }>()((db, p) =>
  db
    .deleteFrom('opt_out')
    .where('account', '=', p.account)
    .where('number_key', '=', p.numberKey)
    .where('handset_key', '=', p.handsetKey),
)

/** The published id: MM with attachments, SM without. */
export function messageSid({ id, media }: Pick<MessageRow, 'id' | 'media'>): string {
  return sidOf(media === null ? 'SM' : 'MM', id)
}

export function mediaOfRow({ media }: Pick<MessageRow, 'media'>): Media[] {
  const packed = media === null ? [] : (JSON.parse(media) as [string, string | null][])
  return packed.map(([url, contentType]) => ({ url, contentType }))
}

export function packedMedia(media: readonly Media[]): string | null {
  return media.length === 0 ? null : JSON.stringify(media.map(({ url, contentType }) => [url, contentType]))
}

export function statusOfRow({ status }: Pick<MessageRow, 'status'>): MessageStatus {
  return status as MessageStatus
}

export function channelOfRow({ to_address }: Pick<MessageRow, 'to_address'>): MessageChannel {
  return channelOfAddress(to_address)
}

/** The message as capture rules are asked about it. */
export function observedMessage(row: MessageRow): ObservedMessage {
  return {
    messageId: messageSid(row),
    channel: channelOfRow(row),
    direction: row.direction === 0 ? 'INBOUND' : 'OUTBOUND',
    from: row.from_address,
    to: [row.to_address],
    text: row.body,
    media: mediaOfRow(row),
    status: statusOfRow(row),
    occurredAt: row.created_at,
  }
}
