import { ownedAddressByKey } from '../conversations/configuration-rows.ts'
import { addressKey } from '../conversations/domain/address.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { ActionRow } from './action-rows.ts'
import { actionWork } from './actions.ts'
import type { Applications } from './applications.ts'
import type { CallControl, Carrier } from './carrier.ts'
import type { MessageChannel } from './domain/message.ts'
import type { DueWork } from './due-rows.ts'
import { MessageTraffic, type MessageTrafficOptions } from './message-traffic.ts'
import type { NumberBook } from './numbers.ts'
import { VirtualNetwork } from './virtual-network.ts'

export interface CarriersOptions extends MessageTrafficOptions {
  log: Log
  applications: Applications
  /** The virtual network's calls, which a room above this one runs. */
  calls: CallControl
  numbers: NumberBook
  /** Called after a commit that leaves something to do for a loop of this room. */
  wake: () => void
  /** Those beside the virtual network, which is the default. Called once with the way from carriers to conversations. */
  carriers: readonly ((traffic: MessageTraffic) => Carrier)[]
}

/** The carriers of this server as it composes them, and which of them an address belongs to. */
export class Carriers {
  readonly traffic: MessageTraffic
  readonly virtual: VirtualNetwork
  readonly all: readonly Carrier[]
  readonly works: readonly Work[]
  readonly #options: CarriersOptions
  readonly #actions: DueWork<ActionRow>

  constructor(options: CarriersOptions) {
    this.#options = options
    this.traffic = new MessageTraffic(options)
    this.virtual = new VirtualNetwork({ ...options, traffic: this.traffic }, options.calls)
    this.all = [this.virtual, ...options.carriers.map((create) => create(this.traffic))]
    this.#actions = actionWork({
      ...options,
      traffic: this.traffic,
      carrierOf: (account, channel, address) => this.of(account, channel, address),
    })
    this.works = [this.#actions, ...this.all.flatMap(({ works = [] }) => works)]
  }

  /** An action was accepted. */
  wakeActions(): void {
    this.#options.wake()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#actions.stop(), ...this.all.map((carrier) => carrier.stop?.())])
  }

  /** The carrier of one of the account's own addresses; where none is named the first that carries the channel. */
  async of(account: number, channel: MessageChannel, address: string): Promise<Carrier | undefined> {
    const key = addressKey(channel, address)
    const owned = await this.#options.store.read.get(ownedAddressByKey, { account, key })
    const able = this.all.filter(({ channels }) => channels.includes(channel))
    return owned?.carrier == null ? able[0] : able.find(({ name }) => name === owned.carrier)
  }
  /** How calls are made from one of the account's own numbers. Undefined where its carrier carries none. */
  async callsOf(account: number, own: string): Promise<CallControl | undefined> {
    const key = addressKey('VOICE', own)
    const owned = await this.#options.store.read.get(ownedAddressByKey, { account, key })
    return this.all.find(({ name }) => name === (owned?.carrier ?? this.virtual.name))?.calls
  }
}
