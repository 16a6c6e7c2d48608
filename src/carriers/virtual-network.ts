import { lockConversations } from '../conversations/rows.ts'
import { idOfSid } from '../kernel/sids.ts'
import type { Tx } from '../store/store.ts'
import type { CallControl, Carrier, OutboundMessage, SendOutcome } from './carrier.ts'
import { newMessage, senderOf, unwantedBy } from './commands/send-message.ts'
import { messageChannels, wireAddress } from './domain/message.ts'
import { type MessageDraft, readMessageForm } from './domain/message-form.ts'
import type { DueWork } from './due-rows.ts'
import { callbackWork } from './message-callbacks.ts'
import { MessageProgress } from './message-progress.ts'
import {
  type CallbackRow,
  type MessageRow,
  messageById,
  messageSid,
  messageTable,
  observedMessage,
  statusOfRow,
} from './message-rows.ts'
import type { Network } from './network.ts'

/** The phone network in the box: every number of the account that no other carrier has, and every handset in the world. */
export class VirtualNetwork implements Carrier {
  readonly name = 'virtual'
  readonly channels = messageChannels.filter((channel) => channel !== 'CHAT')
  readonly works
  readonly network: Network
  readonly calls: CallControl
  readonly #callbacks: DueWork<CallbackRow>

  constructor(network: Network, calls: CallControl) {
    this.network = network
    this.calls = calls
    this.#callbacks = callbackWork(network)
    this.works = [new MessageProgress(network), this.#callbacks]
  }

  /** The key becomes the message's id, so that the same sending again is the same message. */
  async send(message: OutboundMessage): Promise<SendOutcome> {
    const { store, clock, wake } = this.network
    const { account, key: id, requestId } = message
    const known = await store.read.get(messageById, { account, id })
    if (known) return outcomeOf(known)
    const now = await clock.now()
    const read = readMessageForm(formOf(message), { allowPrivate: true, now })
    if ('refusal' in read) return { refused: read.refusal }
    const from = await senderOf(store.read, account, read.draft)
    if ('refusal' in from) return { refused: from.refusal }
    const unwanted = await unwantedBy(store.read, account, from.address, read.draft.to)
    if (unwanted) return { refused: unwanted }
    const row = rowOf(message, from.address, read.draft, { id, requestId, now })
    const isSaved = await store.transact((tx) => saveSent(tx, row))
    if (!isSaved) return { refused: { code: 20404, message: 'The conversation was deleted.' } }
    wake()
    return outcomeOf(row)
  }

  async fetchMessage(account: number, messageId: string) {
    const id = idOfSid(['SM', 'MM'], messageId)
    const row = id === undefined ? undefined : await this.network.store.read.get(messageById, { account, id })
    return row && observedMessage(row)
  }

  stop(): Promise<void> {
    return this.#callbacks.stop()
  }
}

/** What sends it says what becomes of it, so no capture rule is asked here; reports of its status are for a communication. */
function rowOf(
  { account, conversationId }: OutboundMessage,
  from: string,
  draft: MessageDraft,
  { id, requestId, now }: { id: string; requestId: string; now: number },
): MessageRow {
  const message = newMessage({ account, requestId, id, direction: 'outbound-api', from, draft, now })
  return { ...message, captured: 1, conversation_id: conversationId ?? null }
}

/** The conversation is held, so that its deletion finds the message; false when it was deleted already. */
async function saveSent(tx: Tx, row: MessageRow): Promise<boolean> {
  const { account, conversation_id: id } = row
  const held = id === null ? [] : await tx.all(lockConversations, { account, ids: [id] })
  if (id !== null && held.every(({ deleting }) => deleting === 1)) return false
  await tx.insert(messageTable, [row], 'nothing')
  return true
}

function outcomeOf(row: MessageRow): SendOutcome {
  return { messageId: messageSid(row), status: statusOfRow(row), text: row.body }
}

function formOf({ channel, from, to, text, mediaUrls, contentId, variables, channelSettings }: OutboundMessage) {
  const { messagingServiceSid, statusCallback } = channelSettings
  return {
    From: wireAddress(channel, from),
    To: wireAddress(channel, to),
    Body: text,
    MediaUrl: mediaUrls,
    ContentSid: contentId ?? '',
    ContentVariables: variables === undefined ? '' : JSON.stringify(variables),
    MessagingServiceSid: typeof messagingServiceSid === 'string' ? messagingServiceSid : '',
    StatusCallback: typeof statusCallback === 'string' ? statusCallback : '',
  }
}
