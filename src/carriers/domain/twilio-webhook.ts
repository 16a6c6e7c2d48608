import {
  channelOfAddress,
  type Media,
  type MessageStatus,
  messageStatuses,
  type ObservedMessage,
  type StatusReport,
} from './message.ts'

/** A field that is not as the published webhook or resource has it. */
export interface FieldFault {
  field: string
  message: string
}

type Fields = Readonly<Record<string, unknown>>

/** More attachments than any message has. */
const maxMedia = 10
const maxText = 65_536
const maxUrl = 2_048
const maxName = 256

/** An incoming message as the number's webhook tells it. */
export function readIncoming(form: Fields): { message: ObservedMessage } | { fault: FieldFault } {
  const fault =
    faultOf(form, 'MessageSid', isMessageSid) ??
    faultOf(form, 'From', isAddress) ??
    faultOf(form, 'To', isAddress) ??
    faultOf({ Body: '', ...form }, 'Body', isText) ??
    faultOf({ NumMedia: '0', ...form }, 'NumMedia', (text) => /^\d{1,2}$/.test(text) && Number(text) <= maxMedia)
  if (fault) return { fault }
  const from = textOf(form.From)
  const name = textOf(form.ProfileName).slice(0, maxName)
  return {
    message: {
      messageId: textOf(form.MessageSid),
      channel: channelOfAddress(from),
      direction: 'INBOUND',
      from,
      to: [textOf(form.To)],
      text: textOf(form.Body),
      ...(name === '' ? {} : { sender: { name, aliases: [] } }),
      media: mediaOf(form, Number(textOf(form.NumMedia) || '0')),
      status: 'received',
    },
  }
}

/** A change of status as the status callback tells it. */
export function readStatus(form: Fields): { report: StatusReport } | { fault: FieldFault } {
  const fault =
    faultOf(form, 'MessageSid', isMessageSid) ?? faultOf(form, 'MessageStatus', (text) => statusOf(text) !== undefined)
  if (fault) return { fault }
  const status = statusOf(textOf(form.MessageStatus)) as MessageStatus
  return { report: { messageId: textOf(form.MessageSid), status } }
}

/** A message as the published API lists and fetches it; undefined when it is not one that was carried. */
export function readResource(resource: unknown): ObservedMessage | undefined {
  if (typeof resource !== 'object' || resource === null) return undefined
  const { sid, from, to, body, status, direction, date_created } = resource as Fields
  if (!isMessageSid(textOf(sid)) || !isAddress(textOf(from)) || !isAddress(textOf(to))) return undefined
  const at = Date.parse(textOf(date_created))
  return {
    messageId: textOf(sid),
    channel: channelOfAddress(textOf(from)),
    direction: textOf(direction) === 'inbound' ? 'INBOUND' : 'OUTBOUND',
    from: textOf(from),
    to: [textOf(to)],
    text: textOf(body).slice(0, maxText),
    status: statusOf(textOf(status)) ?? null,
    occurredAt: Number.isNaN(at) ? null : at,
  }
}

export function statusOf(text: string): MessageStatus | undefined {
  return messageStatuses.find((status) => status === text.toLowerCase())
}

export function isMessageSid(text: string): boolean {
  return /^(SM|MM)[0-9a-fA-F]{32}$/.test(text)
}

export function isAddress(text: string): boolean {
  return text.length > 0 && text.length <= 254
}

function isText(text: string): boolean {
  return text.length <= maxText
}

function mediaOf(form: Fields, count: number): Media[] {
  const places = Array.from({ length: count }, (_, place) => place)
  return places.flatMap((place) => {
    const url = textOf(form[`MediaUrl${place}`])
    const contentType = textOf(form[`MediaContentType${place}`])
    return url === '' || url.length > maxUrl ? [] : [{ url, contentType: contentType.slice(0, 255) || null }]
  })
}

function faultOf(form: Fields, field: string, admits: (text: string) => boolean): FieldFault | undefined {
  const value = form[field]
  if (value === undefined) return { field, message: `${field} is required` }
  return typeof value === 'string' && admits(value) ? undefined : { field, message: `${field} is not valid` }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
