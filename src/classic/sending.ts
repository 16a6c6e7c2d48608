import type { Carriers } from '../carriers/carriers.ts'
import { deliveryStatusOf, type MessageStatus } from '../carriers/domain/message.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import { newId } from '../kernel/ids.ts'
import type { Work } from '../kernel/work.ts'
import { Lease } from '../operations/leases.ts'
import type { Store } from '../store/store.ts'
import { sendingKey } from './sending-key.ts'
import { nextSending, removeSending, type SendingRow, sendingsDue, sendingTable, sentTable } from './sending-rows.ts'

interface Options {
  store: Store
  intake: TrafficIntake
  /** Asked when something is sent: carriers are composed after this. */
  carriers: () => Carriers
}

/** Longer than a carrier is waited for. Of the wall clock. */
const leaseMs = 60_000
/** After a try that did not reach the carrier; the last one is final. */
const waitsMs = [5_000, 60_000, 10 * 60_000, 60 * 60_000]

/**
 * Sends what is said in classic conversations to the phones that are bound to them, in the order in which it was said: one node
 * at a time, for most carriers cannot tell that they are asked again.
 */
export class ClassicSending implements Work {
  readonly name = 'classic-sending'
  readonly #options: Options
  readonly #lease: Lease

  constructor(options: Options) {
    this.#options = options
    this.#lease = new Lease(options.store, { name: this.name, holder: newId(), leaseMs, wallNow: Date.now })
  }

  /** One message to one phone. */
  async tick(now: number): Promise<number> {
    if (!(await this.#due(now)) || !(await this.#lease.take())) return 0
    try {
      // Looked up again under the lease: what another node has sent meanwhile is not there any more.
      const row = await this.#due(now)
      if (row) await this.#send(row, now)
      return row ? 1 : 0
    } finally {
      await this.#lease.release()
    }
  }

  #due(now: number): Promise<SendingRow | undefined> {
    return this.#options.store.read.get(sendingsDue, { now, limit: 1 })
  }

  async nextDueAt(): Promise<number | null> {
    return (await this.#options.store.read.get(nextSending, {}))?.due_at ?? null
  }

  async #send(row: SendingRow, now: number): Promise<void> {
    const { account, message_sid: messageSid, participant_sid: participantSid, conversation_id: conversationId } = row
    const channel = row.channel as 'SMS' | 'WHATSAPP' | 'RCS'
    const carrier = await this.#options.carriers().of(account, channel, row.sender)
    const outcome = carrier
      ? await carrier.send({
          account,
          key: sendingKey(messageSid, participantSid),
          channel,
          ...(conversationId === null ? {} : { conversationId }),
          from: row.sender,
          to: row.recipient,
          text: row.body,
          mediaUrls: [],
          channelSettings: {},
          requestId: '',
        })
      : { refused: { code: 21606, message: `Nothing carries ${channel} from ${row.sender}.` } }
    const waitMs = waitsMs[row.tries]
    if ('unreachable' in outcome && waitMs !== undefined) {
      const again = { ...row, tries: row.tries + 1, due_at: now + waitMs }
      await this.#options.store.transact((tx) =>
        tx.update(sendingTable, ['account', 'message_sid', 'participant_sid'], ['tries', 'due_at'], [again]),
      )
      return
    }
    await this.#options.store.transact(async (tx) => {
      const removed = await tx.run(removeSending, { account, messageSid, participantSid })
      // Of a conversation that was deleted meanwhile nothing is kept.
      if (removed === 0 || !('messageId' in outcome)) return
      const { messageId } = outcome
      const { recipient, conversation_id } = row
      await tx.insert(
        sentTable,
        [{ account, message_id: messageId, message_sid: messageSid, channel, recipient, conversation_id }],
        'nothing',
      )
    })
    const status = 'messageId' in outcome ? outcome.status : 'failed'
    await this.#options.intake.capture(account, [{ item: statusItem(messageSid, row, status), requestId: '' }])
    if (!('messageId' in outcome)) return
    await this.#options.carriers().traffic.catchUp({ account, requestId: '' }, [outcome.messageId])
  }
}

/** How far a message has come with one phone, in the words of traffic. */
export function statusItem(
  messageSid: string,
  { channel, recipient }: Pick<SendingRow, 'channel' | 'recipient'>,
  status: MessageStatus,
): TrafficItem {
  return {
    kind: 'DELIVERY',
    resourceId: messageSid,
    deliveryStatus: deliveryStatusOf(status),
    channel: channel as 'SMS' | 'WHATSAPP' | 'RCS',
    to: recipient,
  }
}
