import type { TrafficRequest, TrafficResult } from '../../conversations/commands/traffic-result.ts'
import { type ConversationRow, conversationsByIds, statusNumber } from '../../conversations/rows.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import {
  type ActionMessageRow,
  type ActionRow,
  actionMessageTable,
  actionTable,
  lockAction,
  messagesOfAction,
} from '../action-rows.ts'
import type { Carrier, OutboundMessage } from '../carrier.ts'
import { sendingDelayMs } from '../domain/action.ts'
import {
  type MessageChannel,
  type MessageContent,
  type MessageStatus,
  messageTraffic,
  type ObservedMessage,
} from '../domain/message.ts'
import { mediaOfRow } from '../message-rows.ts'
import { keepMedia } from '../message-traffic.ts'
import type { Network } from '../network.ts'
import { Overtaken, unlessOvertaken } from '../overtaken.ts'

export interface ActionContext extends Pick<Network, 'store' | 'clock' | 'intake' | 'traffic'> {
  carrierOf: (account: number, channel: MessageChannel, address: string) => Promise<Carrier | undefined>
}

/** A message's row, as its outcome comes to be known. */
type Sending = { -readonly [K in keyof ActionMessageRow]: ActionMessageRow[K] }

/** What has come of the messages of one action so far. */
interface Progress {
  /** One for each recipient, in their order; then as many for each further part of what is sent. */
  messages: Sending[]
  recipients: string[]
  /** Of the last message that was accepted. */
  status: MessageStatus
  text: string | undefined
  channelId: string | undefined
  /** Why a carrier could not be reached; it is tried again. */
  unreachable: string | undefined
}

/**
 * Sends what an action asks for, one message for each recipient and part, and lets the conversation have it as one communication. What
 * each recipient's carrier said is saved before the next is asked; the carrier is given a key by which it can tell a repetition.
 * After a stall that outlasts its claim another node may have brought the action to its end, of which nothing is taken back.
 */
export function runAction(context: ActionContext, action: ActionRow): Promise<void> {
  return unlessOvertaken(run(context, action))
}

async function run(context: ActionContext, action: ActionRow): Promise<void> {
  const { store } = context
  const { account, id: actionId } = action
  const messages: Sending[] = (await store.read.all(messagesOfAction, { account, actionId })).map((row) => ({ ...row }))
  const carrier = await context.carrierOf(account, action.channel as MessageChannel, action.from_address)
  const progress: Progress = {
    messages,
    recipients: [...new Set(messages.map(({ address }) => address))],
    status: 'queued',
    text: undefined,
    channelId: undefined,
    unreachable: undefined,
  }
  const conversation = await conversationOf(context, action)
  // Nothing is left to be told of it.
  if (conversation === undefined) return
  if (messages.every(isUnsent) && conversation.status === statusNumber('CLOSED')) {
    return end(context, action, progress, 'The conversation was CLOSED before the message was known to be sent.')
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

function isUnsent({ message_id, failure }: Sending): boolean {
  return message_id === null && failure === null
}

/** What is sent belongs into the conversation; undefined when that is deleted, and the action with it. */
async function conversationOf({ store }: ActionContext, action: ActionRow): Promise<ConversationRow | undefined> {
  const { account, conversation_id: id } = action
  const [conversation] = await store.read.all(conversationsByIds, { account, ids: [id] })
  return conversation?.deleting === 0 ? conversation : undefined
}

async function sendAll(
  { store }: ActionContext,
  action: ActionRow,
  carrier: Carrier,
  progress: Progress,
): Promise<void> {
  const { messages, recipients } = progress
  const content = contentOf(action)
  const parts = carrier.parts?.(content) ?? [content]
  const further = furtherParts(progress, parts.length)
  if (further.length > 0) await store.transact((tx) => tx.insert(actionMessageTable, further))
  messages.push(...further)
  for (const message of messages) {
    const part = parts[Math.floor(message.n / recipients.length)]
    if (message.message_id !== null || message.failure !== null || part === undefined) continue
    const before = messages.find(({ n }) => n === message.n - recipients.length)
    if (before?.message_id === null) {
      // Parts arrive in their order or not at all.
      message.failure = before.failure
      continue
    }
    const outcome = await carrier.send(outboundMessage(action, message, part))
    if ('unreachable' in outcome) progress.unreachable = outcome.unreachable
    else if ('refused' in outcome) message.failure = `${outcome.refused.code}: ${outcome.refused.message}`
    else {
      message.message_id = outcome.messageId
      message.resource_id = resourceIdOf(messages) ?? outcome.messageId
      progress.status = outcome.status
      progress.text ??= outcome.text
      progress.channelId = outcome.channelId
    }
    // The outcome for an only recipient is saved with what follows from it.
    if (messages.length > 1) {
      await store.transact(async (tx) => {
        await requirePending(tx, action)
        await saveMessages(tx, [message])
      })
    }
  }
}

/** The messages beyond the first to each recipient that are not there yet. */
function furtherParts({ messages, recipients }: Progress, parts: number): Sending[] {
  const [first] = messages
  if (!first) return []
  return Array.from({ length: recipients.length * parts - messages.length }, (_, at) => {
    const n = messages.length + at
    const address = recipients[n % recipients.length] as string
    return { ...first, n, address, message_key: newId(), message_id: null, resource_id: null, failure: null }
  })
}

/** The id under which the communication is known: of the message that was accepted first. */
function resourceIdOf(messages: readonly Sending[]): string | undefined {
  return messages.find(({ resource_id }) => resource_id !== null)?.resource_id ?? undefined
}

function contentOf(action: ActionRow): MessageContent {
  return {
    text: action.text,
    mediaUrls: mediaOfRow(action).map(({ url }) => url),
    ...(action.content_id === null ? {} : { contentId: action.content_id }),
    ...(action.variables === null ? {} : { variables: JSON.parse(action.variables) }),
  }
}

function outboundMessage(
  action: ActionRow,
  { message_key: key, address: to }: ActionMessageRow,
  part: MessageContent,
): OutboundMessage {
  return {
    ...part,
    account: action.account,
    key,
    channel: action.channel as MessageChannel,
    conversationId: action.conversation_id,
    from: action.from_address,
    to,
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
  const resourceId = resourceIdOf(progress.messages) ?? ''
  const now = await clock.now()
  const messages = progress.messages.map((message) => ({ ...message, resource_id: resourceId }))
  const observed = observedMessage(action, progress, resourceId)
  const refused = new Set(messages.filter(({ failure }) => failure !== null).map(({ address }) => address))
  const channel = action.channel as MessageChannel
  const requests: TrafficRequest[] = [
    { item: messageTraffic(observed), requestId },
    ...[...refused].map((to) => ({
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
  { recipients, status, text, channelId }: Progress,
  messageId: string,
): ObservedMessage {
  return {
    messageId,
    ...(channelId === undefined ? {} : { channelId }),
    channel: action.channel as MessageChannel,
    direction: 'OUTBOUND',
    from: action.from_address,
    to: recipients,
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
  await context.store.transact(async (tx) => {
    await requirePending(tx, action)
    await saveAction(tx, later)
  })
}

async function end({ store, clock }: ActionContext, action: ActionRow, progress: Progress, why: string): Promise<void> {
  const now = await clock.now()
  const failed = { ...action, status: 2, failure_reason: why, updated_at: now, completed_at: now }
  await store.transact(async (tx) => {
    await requirePending(tx, action)
    await saveMessages(tx, progress.messages)
    await saveAction(tx, { ...failed, due_at: null, leased_until: null })
  })
}

/** Throws when the action is over, or deleted with its conversation. */
async function requirePending(tx: Tx, { account, id }: ActionRow): Promise<void> {
  if ((await tx.get(lockAction, { account, id }))?.status !== 0) throw new Overtaken('The action is over already.')
}

async function saveMessages(tx: Tx, messages: readonly ActionMessageRow[]): Promise<void> {
  await tx.update(actionMessageTable, ['account', 'action_id', 'n'], ['message_id', 'resource_id', 'failure'], messages)
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
