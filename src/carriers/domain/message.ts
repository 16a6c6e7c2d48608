import type { Channel, DeliveryStatus } from '../../conversations/domain/model.ts'
import type { TrafficItem } from '../../conversations/domain/traffic.ts'

/** Channels on which messages are carried; calls are another matter. */
export const messageChannels = ['SMS', 'WHATSAPP', 'RCS', 'CHAT'] as const satisfies readonly Channel[]
export type MessageChannel = (typeof messageChannels)[number]

/** How far a message has come, as the published messaging API spells it. */
export const messageStatuses = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'receiving',
  'received',
  'undelivered',
  'failed',
  'canceled',
] as const
export type MessageStatus = (typeof messageStatuses)[number]

export type MessageDirection = 'INBOUND' | 'OUTBOUND'

/** An attachment: where it can be had, and its MIME type where that is known. The bytes are never kept. */
export interface Media {
  url: string
  contentType: string | null
}

/** What is sent. */
export interface MessageContent {
  text: string
  mediaUrls: readonly string[]
  /** A template in place of the text, and what fills its places. */
  contentId?: string
  variables?: Readonly<Record<string, string>>
}

/** A message as a carrier reports it, in either direction. Addresses may carry their channel's prefix or not. */
export interface ObservedMessage {
  /** The carrier's own id, one for each message: what makes it the same message when it is reported again. */
  messageId: string
  channel: MessageChannel
  direction: MessageDirection
  from: string
  /** Several for a group message. */
  to: readonly string[]
  text: string
  /** What the carrier tells of the sender beside the address. */
  sender?: Sender
  media?: readonly Media[]
  /** As far as is known; null for an outbound message of which nothing is. */
  status: MessageStatus | null
  /** Epoch milliseconds; null: when it is taken in. */
  occurredAt?: number | null
  /** What conversations and communications are found by; the message's id if left out. */
  channelId?: string
  /** The service of a CHAT message, which capture rules may ask for. */
  chatService?: string
  /** Wire id: goes to this conversation, whatever the capture rules say. */
  conversationId?: string
  /** Wire id: is grouped by this configuration, whatever the capture rules say. */
  configurationId?: string
}

export interface Sender {
  name: string | null
  /** Further addresses of the same person on the channel. */
  aliases: readonly string[]
}

/** A change of status that a carrier reports. Reports may come in any order, more than once, and before their message. */
export interface StatusReport {
  messageId: string
  status: MessageStatus
  channel?: MessageChannel
  /** The recipient that it is about, of a message to several. */
  to?: string
}

/** The channel of an address as the messaging API writes it: by its prefix, SMS without one. */
export function channelOfAddress(address: string): MessageChannel {
  if (address.startsWith('whatsapp:')) return 'WHATSAPP'
  return address.startsWith('rcs:') ? 'RCS' : 'SMS'
}

/** An address as the messaging API writes it: with its channel's prefix, which captured traffic goes without. */
export function wireAddress(channel: MessageChannel, address: string): string {
  const prefix = prefixes[channel]
  return address.startsWith(prefix) ? address : prefix + address
}

const prefixes: Record<MessageChannel, string> = { SMS: '', CHAT: '', WHATSAPP: 'whatsapp:', RCS: 'rcs:' }

/** The nearest word that recipients of a communication have for a message's status. */
export function deliveryStatusOf(status: MessageStatus): DeliveryStatus {
  return deliveryStatuses[status]
}

const deliveryStatuses: Record<MessageStatus, DeliveryStatus> = {
  accepted: 'INITIATED',
  scheduled: 'INITIATED',
  queued: 'INITIATED',
  sending: 'IN_PROGRESS',
  sent: 'IN_PROGRESS',
  receiving: 'IN_PROGRESS',
  received: 'DELIVERED',
  delivered: 'DELIVERED',
  read: 'READ',
  undelivered: 'FAILED',
  failed: 'FAILED',
  canceled: 'FAILED',
}

/** The message as traffic that capture rules are asked about. */
export function messageTraffic(message: ObservedMessage): TrafficItem {
  const { messageId, channel, direction, from, to, text, status, occurredAt, channelId = messageId } = message
  const { chatService, conversationId, configurationId, sender } = message
  return {
    kind: 'COMMUNICATION',
    channel,
    direction,
    from,
    to: [...to],
    ...(sender === undefined ? {} : { fromName: sender.name, fromAliases: [...sender.aliases] }),
    content: { type: 'TEXT', text },
    resourceId: messageId,
    channelId,
    deliveryStatus: status === null ? null : deliveryStatusOf(status),
    ...(occurredAt == null ? {} : { occurredAt: new Date(occurredAt).toISOString() }),
    ...(chatService === undefined ? {} : { chatService }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(configurationId === undefined ? {} : { configurationId }),
  }
}

/** The report as traffic: it changes how far a communication has come, and nothing else. */
export function statusTraffic({ messageId, status, channel, to }: StatusReport): TrafficItem {
  const about = channel === undefined || to === undefined ? {} : { channel, to }
  return { kind: 'DELIVERY', resourceId: messageId, deliveryStatus: deliveryStatusOf(status), ...about }
}
