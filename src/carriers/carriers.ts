import { ownedAddressByKey } from '../conversations/configuration-rows.ts'
import { addressKey } from '../conversations/domain/address.ts'
import type { Work } from '../kernel/work.ts'
import type { Carrier } from './carrier.ts'
import type { MessageChannel } from './domain/message.ts'
import { MessageTraffic, type MessageTrafficOptions } from './message-traffic.ts'

export interface CarriersOptions extends MessageTrafficOptions {
  /** Called once with the way from carriers to conversations; the first is the default. */
  carriers: readonly ((traffic: MessageTraffic) => Carrier)[]
}

/** The carriers of this server as it composes them, and which of them an address belongs to. */
export class Carriers {
  readonly traffic: MessageTraffic
  readonly all: readonly Carrier[]
  readonly works: readonly Work[]
  readonly #options: CarriersOptions

  constructor(options: CarriersOptions) {
    this.#options = options
    this.traffic = new MessageTraffic(options)
    this.all = options.carriers.map((create) => create(this.traffic))
    this.works = this.all.flatMap(({ works = [] }) => works)
  }

  /** The carrier of one of the account's own addresses; the default one where none is named. Undefined where it does not carry the channel. */
  async of(account: number, channel: MessageChannel, address: string): Promise<Carrier | undefined> {
    const key = addressKey(channel, address)
    const owned = await this.#options.store.read.get(ownedAddressByKey, { account, key })
    const name = owned?.carrier ?? this.all[0]?.name
    return this.all.find((carrier) => carrier.name === name && carrier.channels.includes(channel))
  }
}
