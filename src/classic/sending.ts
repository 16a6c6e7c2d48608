import type { Carriers } from '../carriers/carriers.ts'
import { deliveryStatusOf, type MessageStatus } from '../carriers/domain/message.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { nextSending, removeSending, type SendingRow, sendingsDue, sendingTable, sentTable } from './sending-rows.ts'

interface Options {
  store: Store
  intake: TrafficIntake
  /** Asked when something is sent: carriers are composed after this. */
  carriers: () => Carriers
}

const limit = 50
/** After a try that did not reach the carrier; the last one is final. */
const waitsMs = [5_000, 60_000, 10 * 60_000, 60 * 60_000]

/** Sends what is said in classic conversations to the phones that are bound to them. */
export class ClassicSending implements Work {
  readonly name = 'classic-sending'
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  async tick(now: number): Promise<number> {
    const due = await this.#options.store.read.all(sendingsDue, { now, limit })
    for (const row of due) await this.#send(row, now)
    return due.length
  }

  async nextDueAt(): Promise<number | null> {
    return (await this.#options.store.read.get(nextSending, {}))?.due_at ?? null
  }

  async #send(row: SendingRow, now: number): Promise<void> {
    const { account, message_sid: messageSid, participant_sid: participantSid } = row
    const channel = row.channel as 'SMS' | 'WHATSAPP' | 'RCS'
    const carrier = await this.#options.carriers().of(account, channel, row.sender)
    const outcome = carrier
      ? await carrier.send({
          account,
          key: `${messageSid} ${participantSid}`,
          channel,
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
      await tx.run(removeSending, { account, messageSid, participantSid })
      if (!('messageId' in outcome)) return
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
