import type { Media, MessageStatus, ObservedMessage, StatusReport } from './message.ts'

/** Who a WhatsApp user is beside the address of a message. */
interface WhatsAppContact {
  /** The number, with its plus; null for a user who hides it. */
  number: string | null
  /** The id that is this business's alone. */
  userId: string | null
  username: string | null
  name: string | null
}

export interface WhatsAppChange {
  /** Whose traffic it is. */
  phoneNumberId: string
  messages: ObservedMessage[]
  reports: StatusReport[]
}

type Fields = Readonly<Record<string, unknown>>

/** Things of one kind in a notification at most. */
const maxItems = 1_000
const maxText = 65_536

/**
 * Reads a notification. `numbers` has the business's own address by the id of its number, which is what users write to.
 * Undefined when it is not a notification about WhatsApp; fields that are not about messages are passed over.
 */
export function readNotification(body: unknown, numbers: ReadonlyMap<string, string>): WhatsAppChange[] | undefined {
  if (!isFields(body) || body.object !== 'whatsapp_business_account' || !Array.isArray(body.entry)) return undefined
  const values = listOf(body.entry)
    .flatMap((entry) => listOf(entry.changes))
    .flatMap(({ value }) => (isFields(value) && isFields(value.metadata) ? [value] : []))
  return values.map((value) => readValue(value, numbers))
}

function readValue(value: Fields, numbers: ReadonlyMap<string, string>): WhatsAppChange {
  const phoneNumberId = textOf((value.metadata as Fields).phone_number_id)
  const own = numbers.get(phoneNumberId) ?? ''
  const contacts = listOf(value.contacts).map(readContact)
  const received = listOf(value.messages).map((message) => {
    const read = readMessage(message, 'INBOUND', own)
    return read && withSender(read, message, contacts)
  })
  const echoed = listOf(value.message_echoes).map((message) => readMessage(message, 'OUTBOUND', own))
  return {
    phoneNumberId,
    messages: [...received, ...echoed].filter((message) => message !== undefined),
    reports: listOf(value.statuses).flatMap(readReport),
  }
}

function readMessage(message: Fields, direction: 'INBOUND' | 'OUTBOUND', own: string): ObservedMessage | undefined {
  const messageId = textOf(message.id)
  const user =
    direction === 'INBOUND' ? addressOf(message.from, message.from_user_id) : addressOf(message.to, message.to_user_id)
  if (messageId === '' || messageId.length > 255 || user === undefined) return undefined
  return {
    messageId,
    channel: 'WHATSAPP',
    direction,
    from: direction === 'INBOUND' ? user : own,
    to: [direction === 'INBOUND' ? own : user],
    text: saidIn(message).slice(0, maxText),
    media: mediaIn(message),
    status: direction === 'INBOUND' ? 'received' : 'sent',
    occurredAt: instantOf(message.timestamp),
  }
}

/** What the notification tells of who wrote: the name, and the id beside the number. */
function withSender(read: ObservedMessage, message: Fields, contacts: readonly WhatsAppContact[]): ObservedMessage {
  const contact = contacts.find(({ number, userId }) => [number, userId].includes(read.from))
  const userId = contact?.userId ?? [textOf(message.from_user_id)].find(isUserId) ?? null
  const name = contact?.name ?? (contact?.username ? `@${contact.username}` : null)
  const aliases = userId === null || userId === read.from ? [] : [userId]
  return name === null && aliases.length === 0 ? read : { ...read, sender: { name, aliases } }
}

/** The number where there is one, else the id: a user who hides the number is written to by that. */
function addressOf(number: unknown, userId: unknown): string | undefined {
  const digits = textOf(number).replace(/^\+/, '')
  if (/^[1-9]\d{7,14}$/.test(digits)) return `+${digits}`
  const id = [textOf(userId), textOf(number)].find(isUserId)
  return id
}

export function isUserId(text: string): boolean {
  return text.length <= 254 && /^[A-Z]{2}(\.[A-Za-z0-9]+)+$/.test(text)
}

/** What a message says, whatever kind it is of; nothing for those without words. */
function saidIn(message: Fields): string {
  const type = textOf(message.type)
  const part = isFields(message[type]) ? message[type] : {}
  if (type === 'text') return textOf(part.body)
  if (type === 'button') return textOf(part.text)
  if (type === 'reaction') return textOf(part.emoji)
  if (type === 'interactive') {
    const reply = [part.button_reply, part.list_reply].find(isFields)
    return textOf(reply?.title)
  }
  if (type === 'location') {
    return [part.name, part.address, part.latitude, part.longitude].filter((one) => one != null).join(', ')
  }
  return textOf(part.caption)
}

function mediaIn(message: Fields): Media[] {
  const type = textOf(message.type)
  const part = message[type]
  if (!['image', 'video', 'audio', 'document', 'sticker'].includes(type) || !isFields(part)) return []
  const id = textOf(part.id)
  // Fetched by its id with the access token; there is no address that holds for long.
  return id === '' || id.length > 255
    ? []
    : [{ url: `whatsapp-media:${id}`, contentType: textOf(part.mime_type).slice(0, 255) || null }]
}

function readReport(status: Fields): StatusReport[] {
  const messageId = textOf(status.id)
  const known = statuses.get(textOf(status.status))
  return messageId === '' || messageId.length > 255 || known === undefined ? [] : [{ messageId, status: known }]
}

const statuses: ReadonlyMap<string, MessageStatus> = new Map([
  ['accepted', 'accepted'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
  ['failed', 'failed'],
])

function readContact(contact: Fields): WhatsAppContact {
  const profile = isFields(contact.profile) ? contact.profile : {}
  const address = addressOf(contact.wa_id, contact.user_id)
  const userId = textOf(contact.user_id)
  return {
    number: address?.startsWith('+') ? address : null,
    userId: isUserId(userId) ? userId : null,
    username: textOf(profile.username).slice(0, 100) || null,
    name: textOf(profile.name).slice(0, 256) || null,
  }
}

function instantOf(seconds: unknown): number | null {
  const text = String(seconds ?? '')
  return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : null
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields).slice(0, maxItems) : []
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
