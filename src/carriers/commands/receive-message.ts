import { addressKey } from '../../conversations/domain/address.ts'
import { invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { type Media, type MessageChannel, wireAddress } from '../domain/message.ts'
import { applicationOf } from '../domain/number-settings.ts'
import { type OptOutWord, optOutReply, optOutWord } from '../domain/opt-out.ts'
import { insertTogether } from '../inserting.ts'
import { callbackTable, type MessageRow, optOutOf, optOutTable, packedMedia, removeOptOut } from '../message-rows.ts'
import type { Network } from '../network.ts'
import type { OwnNumber } from '../numbers.ts'
import { captureNew, newMessage } from './send-message.ts'

export interface HandsetMessage {
  channel: MessageChannel
  /** The customer's address and one of the account's own, with the channel's prefix or without. */
  from: string
  to: string
  body: string
  media: readonly Media[]
}

/**
 * Takes in what a customer's phone sends. The message, the communication that it becomes, what the number's application is
 * yet to be asked and what the message says about wanting messages are one commit.
 */
export async function receiveMessage(
  network: Network,
  request: { account: number; requestId: string },
  message: HandsetMessage,
): Promise<MessageRow> {
  const { numbers, clock, wake } = network
  const number = await numbers.at(request.account, message.channel, message.to)
  if (!number) throw invalid('to', `to is none of the account's numbers: ${message.to}`)
  const now = await clock.now()
  // Before the network's reply to it, as ids tell the order.
  const row = inboundRow(request, message, now)
  const word = message.channel === 'SMS' ? optOutWord(message.body) : undefined
  const choice = word && (await choiceOf(network, request, { word, message, number, now }))
  const [saved] = await captureNew(network.intake, [row, ...(choice?.reply ? [choice.reply] : [])], async (tx) => {
    await choice?.save(tx)
    await askApplication(tx, row, number, now)
  })
  wake()
  return saved as MessageRow
}

/** A message that has arrived at one of the account's numbers. */
export function inboundRow(
  { account, requestId }: { account: number; requestId: string },
  { channel, from, to, body, media }: HandsetMessage,
  now: number,
): MessageRow {
  return {
    account,
    id: newId(),
    direction: 0,
    from_address: wireAddress(channel, from),
    to_address: wireAddress(channel, to),
    body,
    media: packedMedia(media),
    status: 'received',
    error_code: null,
    messaging_service_sid: null,
    status_callback: null,
    captured: 0,
    conversation_id: null,
    request_id: requestId,
    created_at: now,
    sent_at: now,
    updated_at: now,
    due_at: null,
    leased_until: null,
  }
}

/** The number's application is to be asked what to do, if it has one. */
export async function askApplication(tx: Tx, row: MessageRow, number: OwnNumber, now: number): Promise<void> {
  const application = applicationOf(number.settings, 'Sms')
  if (!application) return
  const { account, id: message_id } = row
  const callback = { account, id: newId(), message_id, status: null, error_code: null, due_at: now, leased_until: null }
  await insertTogether(tx, callbackTable, [{ ...callback, url: application.url }])
}

/** What a word about wanting messages changes, and the network's own reply to it. */
async function choiceOf(
  { store }: Network,
  { account, requestId }: { account: number; requestId: string },
  { word, message, number, now }: { word: OptOutWord; message: HandsetMessage; number: OwnNumber; now: number },
) {
  const keys = { account, numberKey: number.key, handsetKey: addressKey('SMS', message.from) }
  const hadStopped = (await store.read.get(optOutOf, keys)) !== undefined
  const body = optOutReply(word, hadStopped)
  const draft = { to: message.from, media: [], messagingServiceSid: null, statusCallback: null, sendAt: null }
  const reply = { account, requestId, id: newId(), direction: 'outbound-reply', from: message.to, now } as const
  const save = async (tx: Tx) => {
    if (word === 'START') await tx.run(removeOptOut, keys)
    const out = { account, number_key: keys.numberKey, handset_key: keys.handsetKey, at: now }
    if (word === 'STOP') await tx.insert(optOutTable, [out], 'nothing')
  }
  return { save, reply: body === undefined ? undefined : newMessage({ ...reply, draft: { ...draft, body } }) }
}
