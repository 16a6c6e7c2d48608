import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { rfc2822 } from '../../http/accounts-scope.ts'
import { Nullable, Words, wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { messageChannels, messageStatuses } from '../domain/message.ts'
import { errorText } from '../domain/progress.ts'
import { segmentsOf } from '../domain/segments.ts'
import { channelOfRow, directions, type MessageRow, mediaOfRow, messageSid, statusOfRow } from '../message-rows.ts'

const text = Type.String()
const textOrNull = Nullable(Type.String())

export const MessageSchema = Type.Object({
  sid: text,
  account_sid: text,
  messaging_service_sid: textOrNull,
  from: text,
  to: text,
  body: text,
  status: Words(messageStatuses),
  direction: Words(directions),
  num_segments: text,
  num_media: text,
  price: Type.Null(),
  price_unit: text,
  error_code: Nullable(Type.Integer()),
  error_message: textOrNull,
  date_created: text,
  date_updated: text,
  date_sent: textOrNull,
  api_version: text,
  uri: text,
  subresource_uris: Type.Object({ media: text }),
})

/** A message as the published API shows it. */
export function presentMessage(accountSid: string, row: MessageRow): Static<typeof MessageSchema> {
  const sid = messageSid(row)
  const media = mediaOfRow(row)
  const path = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`
  return {
    sid,
    account_sid: accountSid,
    messaging_service_sid: row.messaging_service_sid,
    from: row.from_address,
    to: row.to_address,
    body: row.body,
    status: statusOfRow(row),
    direction: directions[row.direction] ?? 'inbound',
    num_segments: String(media.length > 0 ? 1 : segmentsOf(row.body)),
    num_media: String(media.length),
    price: null,
    price_unit: 'USD',
    error_code: row.error_code,
    error_message: row.error_code === null ? null : errorText(row.error_code),
    date_created: rfc2822(row.created_at),
    date_updated: rfc2822(row.updated_at),
    date_sent: row.sent_at === null ? null : rfc2822(row.sent_at),
    api_version: '2010-04-01',
    uri: `${path}.json`,
    subresource_uris: { media: `${path}/Media.json` },
  }
}

export const MediaSchema = Type.Object({
  sid: text,
  parent_sid: text,
  account_sid: text,
  content_type: text,
  date_created: text,
  date_updated: text,
  uri: text,
})

/** Attachments as the published API lists them. */
export function presentMedia(accountSid: string, row: MessageRow): Static<typeof MediaSchema>[] {
  const parent = messageSid(row)
  return mediaOfRow(row).map(({ contentType }, n) => {
    const sid = mediaSid(row.id, n)
    return {
      sid,
      parent_sid: parent,
      account_sid: accountSid,
      content_type: contentType ?? 'application/octet-stream',
      date_created: rfc2822(row.created_at),
      date_updated: rfc2822(row.updated_at),
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${parent}/Media/${sid}.json`,
    }
  })
}

function mediaSid(id: string, n: number): string {
  return `ME${createHash('sha256').update(`${id} ${n}`).digest('hex').slice(0, 32)}`
}

export const HandsetMessageSchema = Type.Object({
  sid: text,
  channel: Words(messageChannels),
  direction: Words(['SENT', 'RECEIVED']),
  from: text,
  to: text,
  body: text,
  media: Type.Array(Type.Object({ url: text, contentType: textOrNull })),
  status: Words(messageStatuses),
  errorCode: Nullable(Type.Integer()),
  conversationId: textOrNull,
  createdAt: text,
  updatedAt: text,
})

/** A message as the phone sees it, with the conversation that it became part of. */
export function presentHandsetMessage(row: MessageRow): Static<typeof HandsetMessageSchema> {
  return {
    sid: messageSid(row),
    channel: channelOfRow(row),
    direction: row.direction === 0 ? 'SENT' : 'RECEIVED',
    from: row.from_address,
    to: row.to_address,
    body: row.body,
    media: mediaOfRow(row),
    status: statusOfRow(row),
    errorCode: row.error_code,
    conversationId: row.conversation_id === null ? null : wireId('conversation', row.conversation_id),
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
  }
}
