import { channelOfAddress, type ObservedMessage, type StatusReport } from './message.ts'
import { isAddress, isMessageSid, statusOf } from './twilio-webhook.ts'

/** What one event of a sink says about messages. */
export type SinkEvent =
  | { kind: 'MESSAGE'; accountSid: string; message: ObservedMessage }
  | { kind: 'STATUS'; accountSid: string; report: StatusReport }
  /** Sent by whoever sets the sink up, to see that it is there. */
  | { kind: 'TEST'; testId: string }
  | { kind: 'OTHER' }

/** Events in one batch at most. */
export const maxEvents = 1_000

/**
 * Reads a batch of CloudEvents. Undefined when it is no batch, or one of its events is no event: then nothing of it counts.
 */
export function readBatch(body: unknown): SinkEvent[] | undefined {
  const events = Array.isArray(body) ? body : [body]
  if (events.length === 0 || events.length > maxEvents || !events.every(isEvent)) return undefined
  return events.map(readEvent)
}

interface CloudEvent {
  type: string
  data: Readonly<Record<string, unknown>>
}

function isEvent(event: unknown): event is CloudEvent {
  if (typeof event !== 'object' || event === null || !('type' in event) || typeof event.type !== 'string') return false
  return 'data' in event && typeof event.data === 'object' && event.data !== null
}

function readEvent({ type, data }: CloudEvent): SinkEvent {
  if (type === 'com.twilio.eventstreams.test-event') return { kind: 'TEST', testId: textOf(data.test_id).slice(0, 100) }
  const accountSid = textOf(data.accountSid)
  const messageId = textOf(data.messageSid)
  if (!isMessageSid(messageId)) return { kind: 'OTHER' }
  if (type === 'com.twilio.messaging.inbound-message.received') return readReceived(data, accountSid, messageId)
  const status = /^com\.twilio\.messaging\.message\.([a-z]+)$/.exec(type)?.[1]
  const known = status === undefined ? undefined : statusOf(status)
  return known === undefined ? { kind: 'OTHER' } : { kind: 'STATUS', accountSid, report: { messageId, status: known } }
}

function readReceived(data: Readonly<Record<string, unknown>>, accountSid: string, messageId: string): SinkEvent {
  const [from, to] = [textOf(data.from), textOf(data.to)]
  if (!isAddress(from) || !isAddress(to)) return { kind: 'OTHER' }
  const at = Date.parse(textOf(data.timestamp))
  const message: ObservedMessage = {
    messageId,
    channel: channelOfAddress(from),
    direction: 'INBOUND',
    from,
    to: [to],
    text: textOf(data.body).slice(0, 65_536),
    status: 'received',
    occurredAt: Number.isNaN(at) ? null : at,
  }
  return { kind: 'MESSAGE', accountSid, message }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
