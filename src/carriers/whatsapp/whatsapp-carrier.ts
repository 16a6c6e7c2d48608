import type { FastifyInstance } from 'fastify'
import type { AccountCache } from '../../conversations/account-cache.ts'
import { addressKey } from '../../conversations/domain/address.ts'
import type { Outgoing } from '../../http/outgoing/client.ts'
import type { Store } from '../../store/store.ts'
import type { Carrier, OutboundMessage, SendOutcome } from '../carrier.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import { type WebhookContext, webhookScope } from '../connections/webhooks.ts'
import { graphParts } from '../domain/graph-message.ts'
import type { MessageContent } from '../domain/message.ts'
import { sendByGraph } from './graph-api.ts'
import { whatsAppWebhooks } from './webhooks.ts'

export interface WhatsAppOptions extends WebhookContext {
  store: Store
  cache: AccountCache
  outgoing: Outgoing
}

/** WhatsApp business numbers that are used through Meta's Cloud API. */
export class WhatsAppCarrier implements Carrier {
  readonly name = 'whatsapp'
  readonly channels = ['WHATSAPP'] as const
  readonly #options: WhatsAppOptions

  constructor(options: WhatsAppOptions) {
    this.#options = options
  }

  async send(message: OutboundMessage): Promise<SendOutcome> {
    const key = addressKey('WHATSAPP', message.from)
    const connections = await this.#connections(message.account)
    const connection = connections.find(({ settings }) =>
      settings.numbers.some((address) => addressKey('WHATSAPP', address) === key),
    )
    if (connection) return sendByGraph(this.#options.outgoing, connection, message)
    return { refused: { code: 21606, message: `No carrier connection has the number ${message.from}.` } }
  }

  parts(content: MessageContent): MessageContent[] {
    return graphParts(content)
  }

  webhooks(app: FastifyInstance): void {
    webhookScope(app, (scope) => whatsAppWebhooks(scope, this.#options))
  }

  stop(): Promise<void> {
    return this.#options.receipts.stop()
  }

  async #connections(account: number): Promise<WhatsAppConnection[]> {
    const all = await this.#options.connections.list(account)
    return all.filter((connection) => connection.carrier === 'whatsapp')
  }
}
