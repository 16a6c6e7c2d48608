import type { TrafficRequest, TrafficResult } from '../../conversations/commands/capture-traffic.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import {
  type ActionMessageRow,
  type ActionRow,
  actionMessageTable,
  actionTable,
  messagesOfAction,
} from '../action-rows.ts'
import type { Carrier, OutboundMessage } from '../carrier.ts'
import { sendingDelayMs } from '../domain/action.ts'
import { type MessageChannel, type MessageStatus, messageTraffic, type ObservedMessage } from '../domain/message.ts'
import { mediaOfRow } from '../message-rows.ts'
import { keepMedia } from '../message-traffic.ts'
import type { Network } from '../network.ts'

export interface ActionContext extends Pick<Network, 'store' | 'clock' | 'intake' | 'traffic'> {
  carrierOf: (account: number, channel: MessageChannel, address: string) => Promise<Carrier | undefined>
}

/** A message's row, as its outcome comes to be known. */
type Sending = { -readonly [K in keyof ActionMessageRow]: ActionMessageRow[K] }

/** What has come of the messages of one action so far. */
interface Progress {
  messages: Sending[]
  /** Of the last message that was accepted. */
  status: MessageStatus
  text: string | undefined
  channelId: string | undefined
  /** Why a carrier could not be reached; it is tried again. */
  unreachable: string | undefined
}

/**
 * Sends what an action asks for, one message for each recipient, and lets the conversation have it as one communication. What
 * each recipient's carrier said is saved before the next is asked; the carrier is given a key by which it can tell a repetition.
 */
export async function runAction(context: ActionContext, action: ActionRow): Promise<void> {
  const { store } = context
  const { account, id: actionId } = action
  const messages: Sending[] = (await store.read.all(messagesOfAction, { account, actionId })).map((row) => ({ ...row }))
  const carrier = await context.carrierOf(account, action.channel as MessageChannel, action.from_address)
  const progress: Progress = {
    messages,
    status: 'queued',
    text: undefined,
    channelId: undefined,
    unreachable: undefined,
  }
  if (carrier) await sendAll(context, action, carrier, progress)
  const { unreachable } = progress
  if (!carrier) return end(context, action, progress, `No carrier sends ${action.channel} from ${action.from_address}.`)
  if (unreachable !== undefined) return postpone(context, action, progress, unreachable)
  if (messages.every(({ message_id }) => message_id === null)) {
    const reasons = [...new Set(messages.map(({ failure }) => failure ?? ''))]
    return end(context, action, progress, reasons.join(' '))
  }
  return complete(context, action, progress)
}

async function sendAll(
  { store }: ActionContext,
  action: ActionRow,
  carrier: Carrier,
  progress: Progress,
): Promise<void> {
  const { messages } = progress
  for (const message of messages) {
    if (message.message_id !== null || message.failure !== null) continue
    const outcome = await carrier.send(outboundMessage(action, message))
    if ('unreachable' in outcome) progress.unreachable = outcome.unreachable
    else if ('refused' in outcome) message.failure = `${outcome.refused.code}: ${outcome.refused.message}`
    else {
      message.message_id = outcome.messageId
      progress.status = outcome.status
      progress.text = outcome.text
      progress.channelId = outcome.channelId
    }
    // The outcome for an only recipient is saved with what follows from it.
    if (messages.length > 1) await store.transact((tx) => saveMessages(tx, messages))
  }
}

function outboundMessage(action: ActionRow, { message_key: key, address: to }: ActionMessageRow): OutboundMessage {
  return {
    account: action.account,
    key,
    channel: action.channel as MessageChannel,
    conversationId: action.conversation_id,
    from: action.from_address,
    to,
    text: action.text,
    mediaUrls: mediaOfRow(action).map(({ url }) => url),
    ...(action.content_id === null ? {} : { contentId: action.content_id }),
    ...(action.variables === null ? {} : { variables: JSON.parse(action.variables) }),
    channelSettings: action.channel_settings === null ? {} : JSON.parse(action.channel_settings),
    requestId: action.request_id,
  }
}

/** One communication for all recipients, in the conversation of the action; and the action's end, in the same commit. */
async function complete(
  { clock, intake, traffic }: ActionContext,
  action: ActionRow,
  progress: Progress,
): Promise<void> {
  const { account, request_id: requestId } = action
  const resourceId = progress.messages.find(({ message_id }) => message_id !== null)?.message_id ?? ''
  const now = await clock.now()
  const messages = progress.messages.map((message) => ({ ...message, resource_id: resourceId }))
  const observed = observedMessage(action, progress, resourceId)
  const refused = messages.filter(({ failure }) => failure !== null).map(({ address }) => address)
  const channel = action.channel as MessageChannel
  const requests: TrafficRequest[] = [
    { item: messageTraffic(observed), requestId },
    ...refused.map((to) => ({
      item: { kind: 'DELIVERY', resourceId, channel, to, deliveryStatus: 'FAILED' } as const,
      requestId,
    })),
  ]
  await intake.capture(account, requests, async (tx, results) => {
    const { communicationId, reason } = results[0] as TrafficResult
    // On CHAT nothing was said where the conversation did not take it; phones have it anyway.
    const unsaid = communicationId === null && action.channel === 'CHAT'
    const completed = unsaid
      ? { ...action, status: 2, failure_reason: reason?.message ?? 'The conversation did not take it.' }
      : { ...action, status: 1, message_id: resourceId, communication_id: communicationId }
    await Promise.all([
      keepMedia(tx, account, [observed], results),
      saveMessages(tx, messages),
      saveAction(tx, { ...completed, updated_at: now, completed_at: now, due_at: null, leased_until: null }),
    ])
  })
  await traffic.catchUp(
    { account, requestId },
    messages.flatMap(({ message_id }) => message_id ?? []),
  )
}

function observedMessage(
  action: ActionRow,
  { messages, status, text, channelId }: Progress,
  messageId: string,
): ObservedMessage {
  return {
    messageId,
    ...(channelId === undefined ? {} : { channelId }),
    channel: action.channel as MessageChannel,
    direction: 'OUTBOUND',
    from: action.from_address,
    to: messages.map(({ address }) => address),
    text: text ?? (action.text === '' ? (action.content_id ?? '') : action.text),
    media: mediaOfRow(action),
    status,
    conversationId: wireId('conversation', action.conversation_id),
  }
}

async function postpone(context: ActionContext, action: ActionRow, progress: Progress, why: string): Promise<void> {
  const tries = action.tries + 1
  const delayMs = sendingDelayMs(tries)
  if (delayMs === undefined) {
    const isAnySent = progress.messages.some(({ message_id }) => message_id !== null)
    for (const message of progress.messages) if (message.message_id === null) message.failure ??= why
    return isAnySent ? complete(context, action, progress) : end(context, action, progress, why)
  }
  const now = await context.clock.now()
  const later = { ...action, tries, updated_at: now, due_at: now + delayMs, leased_until: null }
  await context.store.transact((tx) => saveAction(tx, later))
}

async function end({ store, clock }: ActionContext, action: ActionRow, progress: Progress, why: string): Promise<void> {
  const now = await clock.now()
  const failed = { ...action, status: 2, failure_reason: why, updated_at: now, completed_at: now }
  await store.transact(async (tx) => {
    await saveMessages(tx, progress.messages)
    await saveAction(tx, { ...failed, due_at: null, leased_until: null })
  })
}

async function saveMessages(tx: Tx, messages: readonly ActionMessageRow[]): Promise<void> {
  await tx.update(
    actionMessageTable,
    ['account', 'action_id', 'n'],
    ['message_id', 'resource_id', 'failure'],
    messages.map((message) => ({ ...message, resource_id: message.resource_id ?? message.message_id })),
  )
}

async function saveAction(tx: Tx, action: ActionRow): Promise<void> {
  await tx.update(
    actionTable,
    ['account', 'id'],
    [
      'status',
      'message_id',
      'communication_id',
      'failure_reason',
      'tries',
      'updated_at',
      'completed_at',
      'due_at',
      'leased_until',
    ],
    [action],
  )
}
