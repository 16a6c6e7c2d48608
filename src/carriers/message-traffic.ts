import { nothing, type TrafficResult } from '../conversations/commands/traffic-result.ts'
import { addressKey } from '../conversations/domain/address.ts'
import { diagnostics } from '../conversations/domain/diagnostics.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { Beside, TrafficIntake } from '../conversations/traffic-intake.ts'
import type { Clock } from '../kernel/clock.ts'
import { wireId } from '../kernel/ids.ts'
import type { Store, Tx } from '../store/store.ts'
import { type SendingAction, sendersOf, sendingActions } from './action-rows.ts'
import type { Carrier } from './carrier.ts'
import {
  type Media,
  type MessageChannel,
  type MessageStatus,
  messageTraffic,
  type ObservedMessage,
  type StatusReport,
  statusTraffic,
} from './domain/message.ts'
import { insertTogether } from './inserting.ts'
import {
  type EarlyReportRow,
  earlyReports,
  earlyReportTable,
  forgetEarlyReports,
  forgetOldReports,
  mediaTable,
} from './rows.ts'

/** What a room above makes of messages and reports before the capture rules are asked; undefined: nothing. */
export interface Foresee {
  /** Whether it may make anything of the account's messages at all. */
  applies(account: number): Promise<boolean>
  message(cause: Cause, message: ObservedMessage): Promise<TrafficResult | undefined>
  report(account: number, report: StatusReport): Promise<TrafficItem | undefined>
}

export interface MessageTrafficOptions {
  store: Store
  clock: Clock
  intake: TrafficIntake
  foresee?: Foresee
}

/** Under which request something was learnt; empty where none asked. */
interface Cause {
  account: number
  requestId: string
}

/** Reports of messages that nobody has seen are kept for so long. */
const earlyLifetimeMs = 24 * 60 * 60 * 1000

/**
 * The one way from a carrier to conversations. Every message is offered to the capture rules once, whatever retries it, and
 * its delivery status ends up the same in whatever order messages and reports arrive: a report that comes before its message
 * waits for it.
 */
export class MessageTraffic {
  readonly #options: MessageTrafficOptions

  constructor(options: MessageTrafficOptions) {
    this.#options = options
  }

  /** Offers messages; durable when it answers, with what is written `beside` them if they are captured. One result a message, in order. */
  async observe(cause: Cause, messages: readonly ObservedMessage[], beside?: Beside): Promise<TrafficResult[]> {
    const taken = new Map<ObservedMessage, TrafficResult>()
    const { foresee } = this.#options
    if (foresee && (await foresee.applies(cause.account))) {
      for (const message of messages) {
        const result = await foresee.message(cause, message)
        if (result) taken.set(message, result)
      }
    }
    for (const message of await this.#beingSent(cause.account, messages)) taken.set(message, unknown)
    const others = messages.filter((message) => !taken.has(message))
    const offered = others.length === 0 ? [] : await this.#offer(cause, others, beside)
    return messages.map((message) => taken.get(message) ?? (offered[others.indexOf(message)] as TrafficResult))
  }

  async #offer(
    cause: Cause,
    messages: readonly ObservedMessage[],
    beside: Beside | undefined,
  ): Promise<TrafficResult[]> {
    const { account, requestId } = cause
    // Nothing was sent, and nothing is reported, of what came in.
    const outbound = messages.filter(({ direction }) => direction !== 'INBOUND').map(({ messageId }) => messageId)
    const sent = outbound.length === 0 ? noneSent : await this.#sentByActions(account, outbound)
    const hasMedia = messages.some(({ media = [] }) => media.length > 0)
    const results = await this.#options.intake.capture(
      account,
      messages.map((message) => ({ item: itemOf(message, sent.get(message.messageId)), requestId })),
      hasMedia ? both((tx, results) => keepMedia(tx, account, messages, results), beside) : beside,
    )
    if (outbound.length > 0) await this.catchUp(cause, outbound)
    return results
  }

  /** Delivers what was reported of messages before their communication was there. */
  async catchUp(cause: Cause, messageIds: readonly string[]): Promise<void> {
    const { account } = cause
    const asked = { account, messageIds: [...messageIds] }
    const early = await this.#options.store.read.all(earlyReports, asked)
    if (early.length === 0) return
    await this.#capture(cause, await this.#itemsOf(account, early.map(earlyReport)))
    await this.#options.store.transact((tx) => tx.run(forgetEarlyReports, asked))
  }

  /** Notes how far messages have come, none of which a carrier could be asked about. */
  async reports(cause: Cause, reports: readonly StatusReport[]): Promise<void> {
    if (reports.length === 0) return
    const results = await this.#capture(cause, await this.#statusItems(cause.account, reports))
    const unknown = reports.filter((_, at) => isUnknown(results[at] as TrafficResult))
    await Promise.all(unknown.map((report) => this.report(cause, report)))
  }

  /**
   * Notes how far a message has come. One that was never seen is fetched from the carrier, where it can be; where it cannot,
   * the report waits for the message.
   */
  async report(
    cause: Cause,
    report: StatusReport,
    carrier: Pick<Carrier, 'fetchMessage'> = {},
  ): Promise<TrafficResult> {
    const result = await this.#deliver(cause, report)
    if (!isUnknown(result)) return result
    const missed = await carrier.fetchMessage?.(cause.account, report.messageId)
    const [observed] = missed ? await this.observe(cause, [missed]) : []
    if (observed && !isUnknown(observed)) {
      return observed.outcome === 'NOT_CAPTURED' ? observed : this.#deliver(cause, report)
    }
    await this.#keep(cause.account, report)
    // The message may have come between the two looks; then it does not know of what was just kept.
    const again = await this.#deliver(cause, report)
    if (isUnknown(again)) return again
    await this.#options.store.transact((tx) =>
      tx.run(forgetEarlyReports, { account: cause.account, messageIds: [report.messageId] }),
    )
    return again
  }

  /** Which of the messages actions sent: their reports are about one recipient of the action's communication. */
  async #sentByActions(account: number, messageIds: readonly string[]): Promise<Map<string, SentByAction>> {
    const rows = await this.#options.store.read.all(sendersOf, { account, messageIds: [...messageIds] })
    return new Map(
      rows.map((row) => [
        String(row.message_id),
        {
          conversationId: row.conversation_id,
          resourceId: row.resource_id ?? String(row.message_id),
          channel: row.channel as MessageChannel,
          to: row.address,
          isFurther: Number(row.is_further) === 1,
        },
      ]),
    )
  }

  async #statusItems(account: number, reports: readonly StatusReport[]): Promise<TrafficItem[]> {
    const sent = await this.#sentByActions(
      account,
      reports.map(({ messageId }) => messageId),
    )
    return reports.map((report) => statusItem(report, sent.get(report.messageId)))
  }

  /** What reports are about by now, a room above being asked first. */
  async #itemsOf(account: number, reports: readonly StatusReport[]): Promise<TrafficItem[]> {
    const { foresee } = this.#options
    const applies = await foresee?.applies(account)
    const foreseen = await Promise.all(
      reports.map((report) => (applies ? foresee?.report(account, report) : undefined)),
    )
    const items = await this.#statusItems(account, reports)
    return items.map((item, at) => foreseen[at] ?? item)
  }

  /**
   * Those that an action is sending: the carrier knows them, and its answer is not saved yet. The action brings them into its
   * conversation, and what is reported of them waits for it.
   */
  async #beingSent(account: number, messages: readonly ObservedMessage[]): Promise<ObservedMessage[]> {
    if (messages.every(({ direction }) => direction === 'INBOUND')) return []
    const sending = await this.#options.store.read.all(sendingActions, { account, wall: Date.now() })
    if (sending.length === 0) return []
    const sent = await this.#sentByActions(
      account,
      messages.map(({ messageId }) => messageId),
    )
    return messages.filter((message) => {
      const isNew = message.direction !== 'INBOUND' && !sent.has(message.messageId)
      return isNew && sending.some((one) => isSameMessage(one, message))
    })
  }

  async #deliver(cause: Cause, report: StatusReport): Promise<TrafficResult> {
    const [result] = await this.#capture(cause, await this.#itemsOf(cause.account, [report]))
    return result as TrafficResult
  }

  #capture({ account, requestId }: Cause, items: readonly TrafficItem[]): Promise<TrafficResult[]> {
    return this.#options.intake.capture(
      account,
      items.map((item) => ({ item, requestId })),
    )
  }

  async #keep(account: number, report: StatusReport): Promise<void> {
    const now = await this.#options.clock.now()
    await this.#options.store.transact(async (tx) => {
      await tx.run(forgetOldReports, { account, before: now - earlyLifetimeMs })
      await tx.insert(earlyReportTable, [earlyRow(account, report, now)], 'nothing')
    })
  }
}

const noneSent: ReadonlyMap<string, SentByAction> = new Map()

interface SentByAction {
  conversationId: string
  resourceId: string
  channel: MessageChannel
  to: string
  /** The recipient was sent the same communication's text or first attachment in a message before it. */
  isFurther: boolean
}

/** What an action sent belongs to the action's conversation, whatever the rules say; of several messages the first stands for all. */
function itemOf(message: ObservedMessage, sent: SentByAction | undefined): TrafficItem {
  if (!sent) return messageTraffic(message)
  if (sent.resourceId !== message.messageId) {
    return statusItem({ messageId: message.messageId, status: message.status ?? 'queued' }, sent)
  }
  return messageTraffic({ ...message, conversationId: wireId('conversation', sent.conversationId) })
}

/**
 * What arrives or fails of several messages to one recipient, in whatever order, must come to one status: the first message's.
 * Of the others no more is taken than that they are under way.
 */
function statusItem(report: StatusReport, sent: SentByAction | undefined): TrafficItem {
  if (!sent) return statusTraffic(report)
  const { resourceId: messageId, channel, to, isFurther } = sent
  return statusTraffic({ messageId, status: isFurther ? 'sent' : report.status, channel, to })
}

/** Of a message that cannot be told yet. */
const unknown: TrafficResult = { ...nothing, outcome: 'NOT_CAPTURED', reason: diagnostics.unknownResource }

/** Whether the action may have sent the message. What a template makes of its variables is not known. */
function isSameMessage(sending: SendingAction, { channel, from, to, text }: ObservedMessage): boolean {
  const isBetween = (one: string, other: string) => addressKey(channel, one) === addressKey(channel, other)
  if (sending.channel !== channel || !isBetween(sending.from_address, from)) return false
  const isSaid = sending.content_id !== null || sending.text.includes(text)
  return isSaid && to.length === 1 && isBetween(sending.address, to[0] ?? '')
}

function isUnknown({ reason }: TrafficResult): boolean {
  return reason?.code === diagnostics.unknownResource.code
}

function both(first: Beside, second: Beside = async () => {}): Beside {
  return async (tx, results) => {
    await Promise.all([first(tx, results), second(tx, results)])
  }
}

/** Attachments are kept beside the communication, as where to find them. */
export async function keepMedia(
  tx: Tx,
  account: number,
  messages: readonly ObservedMessage[],
  results: readonly TrafficResult[],
): Promise<void> {
  const rows = messages.flatMap(({ media = [] }, at) => mediaRows(account, results[at] as TrafficResult, media))
  await insertTogether(tx, mediaTable, rows)
}

/** The attachments of a message that was just captured. */
function mediaRows(account: number, result: TrafficResult, media: readonly Media[]) {
  const { outcome, conversationId, communicationId } = result
  if (outcome !== 'CAPTURED' || conversationId === null || communicationId === null) return []
  return media.map(({ url, contentType }, n) => ({
    account,
    communication_id: communicationId,
    n,
    conversation_id: conversationId,
    url,
    content_type: contentType,
  }))
}

function earlyRow(account: number, { messageId, status, channel, to }: StatusReport, at: number): EarlyReportRow {
  const about = channel === undefined || to === undefined ? { channel: '', recipient: '' } : { channel, recipient: to }
  return { account, message_id: messageId, status, ...about, at }
}

function earlyReport({ message_id, status, channel, recipient }: EarlyReportRow): StatusReport {
  const report = { messageId: message_id, status: status as MessageStatus }
  return recipient === '' ? report : { ...report, channel: channel as MessageChannel, to: recipient }
}
