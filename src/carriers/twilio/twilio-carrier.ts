import type { FastifyInstance } from 'fastify'
import { addressKey } from '../../conversations/domain/address.ts'
import type { Outgoing } from '../../http/outgoing/client.ts'
import type { Log } from '../../kernel/log.ts'
import type { Work } from '../../kernel/work.ts'
import type { Store } from '../../store/store.ts'
import type { CallControl, Carrier, OutboundMessage, SendOutcome } from '../carrier.ts'
import type { TwilioConnection } from '../connections/connection.ts'
import { type WebhookContext, webhookScope } from '../connections/webhooks.ts'
import { channelOfAddress, type ObservedMessage } from '../domain/message.ts'
import { TwilioApi } from './api.ts'
import { Backfill } from './backfill.ts'
import { type LeadThrough, TwilioCalls } from './calls.ts'
import { twilioWebhooks } from './webhooks.ts'

export interface TwilioOptions extends WebhookContext {
  store: Store
  log: Log
  outgoing: Outgoing
  /** Leads what TwiML orchestrates through this server; the room of calls knows how. */
  leadThrough: LeadThrough
}

/** Numbers that the account keeps at Twilio, or at anything else that speaks its API of messages. */
export class TwilioCarrier implements Carrier {
  readonly name = 'twilio'
  readonly channels = ['SMS', 'WHATSAPP', 'RCS'] as const
  readonly calls: CallControl
  readonly works: readonly Work[]
  readonly #options: TwilioOptions
  readonly #api: TwilioApi

  constructor(options: TwilioOptions) {
    this.#options = options
    this.#api = new TwilioApi(options.outgoing)
    this.calls = new TwilioCalls({
      api: this.#api,
      connections: (account) => this.#connections(account),
      leadThrough: options.leadThrough,
    })
    this.works = [new Backfill({ ...options, api: this.#api })]
  }

  async send(message: OutboundMessage): Promise<SendOutcome> {
    const connection = await this.#connectionFor(message)
    if (connection) return this.#api.send(connection, message)
    return { refused: { code: 21606, message: `No carrier connection has the number ${message.from}.` } }
  }

  async fetchMessage(account: number, messageId: string): Promise<ObservedMessage | undefined> {
    for (const connection of await this.#connections(account)) {
      const message = await this.#api.fetchMessage(connection, messageId)
      if (message) return message
    }
    return undefined
  }

  webhooks(app: FastifyInstance): void {
    const { outgoing, traffic } = this.#options
    webhookScope(app, (scope) => twilioWebhooks(scope, { ...this.#options, api: this.#api, outgoing, traffic }))
  }

  stop(): Promise<void> {
    return this.#options.receipts.stop()
  }

  async #connections(account: number): Promise<TwilioConnection[]> {
    const all = await this.#options.connections.list(account)
    return all.filter((connection) => connection.carrier === 'twilio')
  }

  async #connectionFor({ account, channel, from }: OutboundMessage): Promise<TwilioConnection | undefined> {
    const key = addressKey(channel, from)
    const connections = await this.#connections(account)
    return connections.find(({ settings }) =>
      settings.numbers.some((address) => addressKey(channelOfAddress(address), address) === key),
    )
  }
}
