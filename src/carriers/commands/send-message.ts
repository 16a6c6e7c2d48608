import type { TrafficRequest, TrafficResult } from '../../conversations/commands/traffic-result.ts'
import { addressKey } from '../../conversations/domain/address.ts'
import { Failure } from '../../kernel/failure.ts'
import type { Reader, Tx } from '../../store/store.ts'
import { willingSender } from '../domain/magic-numbers.ts'
import { channelOfAddress, type MessageChannel, messageTraffic, wireAddress } from '../domain/message.ts'
import type { MessageDraft, MessageRefusal } from '../domain/message-form.ts'
import { nextStep } from '../domain/progress.ts'
import { insertTogether } from '../inserting.ts'
import {
  type Direction,
  directions,
  type MessageRow,
  messageTable,
  observedMessage,
  optOutOf,
  packedMedia,
} from '../message-rows.ts'
import { keepMedia } from '../message-traffic.ts'
import type { Network } from '../network.ts'
import { listNumbers, numberAt } from '../numbers.ts'

/** Sends from one of the account's numbers; answers the message as it was accepted, together with what capture rules made of it. */
export async function sendMessage(
  network: Network,
  request: { account: number; requestId: string; id: string },
  draft: MessageDraft,
): Promise<MessageRow> {
  const { store, clock, intake, wake } = network
  const { account } = request
  const from = await senderOf(store.read, account, draft)
  if ('refusal' in from) throw refused(from.refusal)
  const unwanted = await unwantedBy(store.read, account, from.address, draft.to)
  if (unwanted) throw refused(unwanted)
  const now = await clock.now()
  const row = newMessage({ ...request, direction: 'outbound-api', from: from.address, draft, now })
  const [saved] = await captureNew(intake, [row])
  wake()
  return saved as MessageRow
}

/** The number that a message goes out from: the one that is named, or the account's oldest one on the channel. */
export async function senderOf(
  read: Reader,
  account: number,
  { channel, from }: Pick<MessageDraft, 'channel' | 'from'>,
): Promise<{ address: string } | { refusal: MessageRefusal }> {
  if (from === null) {
    const oldest = (await listNumbers(read, account)).findLast(({ address }) => isSenderOn(channel, address))
    if (oldest) return { address: wireAddress(channel, oldest.address) }
    const message = 'The account has no number that could send this message.'
    return { refusal: { code: 21703, field: 'MessagingServiceSid', message } }
  }
  if (from === willingSender || (await numberAt(read, account, channel, from))) return { address: from }
  return {
    refusal: {
      code: channel === 'SMS' ? 21606 : 63007,
      field: 'From',
      message: `From: ${from} is none of the account's numbers. Take it by IncomingPhoneNumbers, or register it as an owned address.`,
    },
  }
}

/** Why the recipient must not get a message from this number: it was told to stop. */
export async function unwantedBy(
  read: Reader,
  account: number,
  from: string,
  to: string,
): Promise<MessageRefusal | undefined> {
  if (channelOfAddress(to) !== 'SMS') return undefined
  const keys = { numberKey: addressKey('SMS', from), handsetKey: addressKey('SMS', to) }
  const out = await read.get(optOutOf, { account, ...keys })
  return out && { code: 21610, field: 'To', message: `To: ${to} has asked for no more messages from this number.` }
}

export function newMessage(message: {
  account: number
  requestId: string
  id: string
  direction: Direction
  from: string
  draft: Pick<MessageDraft, 'to' | 'body' | 'media' | 'messagingServiceSid' | 'statusCallback' | 'sendAt'>
  now: number
  /** When it failed at once. */
  errorCode?: number
}): MessageRow {
  const { account, requestId, id, direction, from, draft, now, errorCode } = message
  const status = errorCode === undefined ? firstStatus(draft) : 'failed'
  const step = nextStep({ status, to: draft.to })
  return {
    account,
    id,
    direction: directions.indexOf(direction),
    from_address: from,
    to_address: draft.to,
    body: draft.body,
    media: packedMedia(draft.media),
    status,
    error_code: errorCode ?? null,
    messaging_service_sid: draft.messagingServiceSid,
    status_callback: draft.statusCallback,
    captured: 0,
    conversation_id: null,
    request_id: requestId,
    created_at: now,
    sent_at: null,
    updated_at: now,
    due_at: step === undefined ? null : (draft.sendAt ?? now + step.afterMs),
    leased_until: null,
  }
}

/** Offers new messages to the capture rules and saves them, all in one commit with whatever is written `beside`. */
export async function captureNew(
  intake: Network['intake'],
  rows: readonly MessageRow[],
  beside: (tx: Tx) => Promise<void> = async () => {},
): Promise<MessageRow[]> {
  const [first] = rows
  if (!first) return []
  const messages = rows.map(observedMessage)
  const requests = messages.map(
    (message, at): TrafficRequest => ({
      item: messageTraffic(message),
      requestId: rows[at]?.request_id ?? '',
    }),
  )
  const results = await intake.capture(first.account, requests, async (tx, results) => {
    await Promise.all([
      insertTogether(tx, messageTable, withResults(rows, results)),
      keepMedia(tx, first.account, messages, results),
      beside(tx),
    ])
  })
  return withResults(rows, results)
}

function withResults(rows: readonly MessageRow[], results: readonly TrafficResult[]): MessageRow[] {
  return rows.map((row, at) => {
    const result = results[at]
    return result?.outcome === 'CAPTURED' ? { ...row, captured: 1, conversation_id: result.conversationId } : row
  })
}

function firstStatus({ messagingServiceSid, sendAt }: Pick<MessageDraft, 'messagingServiceSid' | 'sendAt'>) {
  if (sendAt !== null) return 'scheduled'
  return messagingServiceSid === null ? 'queued' : 'accepted'
}

function isSenderOn(channel: MessageChannel, address: string): boolean {
  if (channel === 'RCS') return address.startsWith('rcs:')
  return channel === 'SMS' ? !address.includes(':') : address.startsWith('whatsapp:') || address.startsWith('+')
}

export function refused({ code, field, message }: MessageRefusal): Failure {
  return new Failure('invalid', message, { code, field })
}
