import type { TrafficResult } from '../conversations/commands/capture-traffic.ts'
import { diagnostics } from '../conversations/domain/diagnostics.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Carrier } from './carrier.ts'
import { type Media, messageTraffic, type ObservedMessage, type StatusReport, statusTraffic } from './domain/message.ts'
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

  /** Offers messages; durable when it answers. One result a message, in order. */
  async observe(cause: Cause, messages: readonly ObservedMessage[]): Promise<TrafficResult[]> {
    const { foresee } = this.#options
    if (!foresee) return this.#offer(cause, messages)
    const taken = new Map<ObservedMessage, TrafficResult>()
    for (const message of messages) {
      const result = await foresee.message(cause, message)
      if (result) taken.set(message, result)
    }
    const others = messages.filter((message) => !taken.has(message))
    const offered = others.length === 0 ? [] : await this.#offer(cause, others)
    return messages.map((message) => taken.get(message) ?? (offered[others.indexOf(message)] as TrafficResult))
  }

  async #offer({ account, requestId }: Cause, messages: readonly ObservedMessage[]): Promise<TrafficResult[]> {
    const results = await this.#options.intake.capture(
      account,
      messages.map((message) => ({ item: messageTraffic(message), requestId })),
      (tx, results) => keepMedia(tx, account, messages, results),
    )
    const ids = messages.map(({ messageId }) => messageId)
    const early = await this.#options.store.read.all(earlyReports, { account, messageIds: ids })
    if (early.length > 0) {
      await this.#capture({ account, requestId }, early.map(earlyTraffic))
      await this.#options.store.transact((tx) => tx.run(forgetEarlyReports, { account, messageIds: ids }))
    }
    return results
  }

  /** Notes how far messages have come, none of which a carrier could be asked about. */
  async reports(cause: Cause, reports: readonly StatusReport[]): Promise<void> {
    if (reports.length === 0) return
    const results = await this.#capture(cause, reports.map(statusTraffic))
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
    const item = (await this.#options.foresee?.report(cause.account, report)) ?? statusTraffic(report)
    const result = await this.#deliver(cause, item)
    if (!isUnknown(result)) return result
    const missed = await carrier.fetchMessage?.(cause.account, report.messageId)
    if (missed) {
      const [observed] = await this.observe(cause, [missed])
      return observed?.outcome === 'NOT_CAPTURED' ? observed : this.#deliver(cause, item)
    }
    await this.#keep(cause.account, report)
    // The message may have come between the two looks; then it does not know of what was just kept.
    const again = await this.#deliver(cause, item)
    if (isUnknown(again)) return again
    await this.#options.store.transact((tx) =>
      tx.run(forgetEarlyReports, { account: cause.account, messageIds: [report.messageId] }),
    )
    return again
  }

  async #deliver(cause: Cause, item: TrafficItem): Promise<TrafficResult> {
    const [result] = await this.#capture(cause, [item])
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

function isUnknown({ reason }: TrafficResult): boolean {
  return reason?.code === diagnostics.unknownResource.code
}

/** Attachments are kept beside the communication, as where to find them. */
export async function keepMedia(
  tx: Tx,
  account: number,
  messages: readonly ObservedMessage[],
  results: readonly TrafficResult[],
): Promise<void> {
  const rows = messages.flatMap(({ media = [] }, at) => mediaRows(account, results[at] as TrafficResult, media))
  if (rows.length > 0) await tx.insert(mediaTable, rows)
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

function earlyTraffic({ message_id, status, channel, recipient }: EarlyReportRow): TrafficItem {
  const report = { messageId: message_id, status: status as StatusReport['status'] }
  return statusTraffic(
    recipient === '' ? report : { ...report, channel: channel as NonNullable<StatusReport['channel']>, to: recipient },
  )
}
