import type { Carrier, OutboundMessage, SendOutcome } from '../carriers/carrier.ts'
import { type AccountCache, bridgedService } from '../conversations/account-cache.ts'
import { findConversation } from '../conversations/conversation-views.ts'
import { sidOf } from '../kernel/sids.ts'
import type { Reader } from '../store/store.ts'
import { bridgedRows } from './conversation-rows.ts'

interface Options {
  read: Reader
  cache: AccountCache
}

/**
 * Carries what is said on CHAT in bridged conversations. It sends nothing: the communication that follows is mirrored to the classic
 * conversation, in one commit and under the id that is given here.
 */
export class ChatCarrier implements Carrier {
  readonly name = 'classic'
  readonly channels = ['CHAT'] as const
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  async send({ account, key, conversationId, channelSettings }: OutboundMessage): Promise<SendOutcome> {
    const { read, cache } = this.#options
    const view =
      conversationId === undefined ? undefined : await findConversation({ read, cache, account }, conversationId)
    const { configurations } = await cache.know(read, account)
    const configuration = configurations.get(view?.conversation.configurationId ?? '')
    if (!view || !configuration || bridgedService(configuration) === undefined) {
      return refused('No classic service is bridged to this conversation, so nothing carries CHAT in it.')
    }
    const rows = await read.all(bridgedRows, { account, conversationId: view.conversation.id })
    const named = channelSettings.channelId
    const row = named === undefined ? rows[0] : rows.find(({ sid }) => sid === named)
    if (named !== undefined && !row) return refused('channelSettings.channelId is no open chat of this conversation.')
    return { messageId: sidOf('IM', key), status: 'delivered', ...(row ? { channelId: row.sid } : {}) }
  }
}

function refused(message: string): SendOutcome {
  return { refused: { code: 21606, message } }
}
