import { bumpEpoch, type Epochs } from '../../accounts/epochs.ts'
import type { Vault } from '../../accounts/vault.ts'
import { guessChannel } from '../../conversations/domain/owned-address.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Limits } from '../../kernel/limits.ts'
import type { Store, Tx } from '../../store/store.ts'
import { claimNumbers } from '../claiming-numbers.ts'
import { type Connection, connectionOf, connectionRow } from './connection.ts'
import { connectionById, connectionOfAnybody, connectionsOf, connectionTable, removeConnection } from './rows.ts'

/** Connections that are kept open in memory, as good as their account's epoch. */
const mostKnown = 1_000

/** Accounts at carriers: several for each account of Skein, which sees none but its own. */
export class Connections {
  readonly #store: Store
  readonly #vault: Vault
  readonly #epochs: Epochs
  readonly #known = new Map<string, { epoch: number; connection: Connection }>()

  constructor(store: Store, vault: Vault, epochs: Epochs) {
    this.#store = store
    this.#vault = vault
    this.#epochs = epochs
  }

  async list(account: number): Promise<Connection[]> {
    const rows = await this.#store.read.all(connectionsOf, { account })
    return rows.map((row) => connectionOf(this.#vault, row))
  }

  /** Throws when the account has none of this id. */
  async require(account: number, id: string): Promise<Connection> {
    const row = await this.#store.read.get(connectionById, { account, id })
    if (!row) throw unknownConnection(id)
    return connectionOf(this.#vault, row)
  }

  /** Whosever it is: for webhooks, which prove by a signature that they may be here. How far it was fetched may be older. */
  async ofAnybody(id: string): Promise<Connection | undefined> {
    const known = this.#known.get(id)
    if (known && known.epoch === (await this.#epochs.current(known.connection.account))) return known.connection
    const { read } = this.#store
    const seen = await read.get(connectionOfAnybody, { id })
    if (!seen) return undefined
    // Before the row that is kept: one that changes between the two is then kept under an epoch that is over.
    const epoch = await this.#epochs.current(seen.account)
    const row = await read.get(connectionOfAnybody, { id })
    if (!row) return undefined
    const connection = connectionOf(this.#vault, row)
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(id, { epoch, connection })
    return connection
  }

  /** Registers the numbers as the account's own, at this carrier. Throws when one is no number, or there are too many connections. */
  async connect(limits: Limits, connection: Connection): Promise<void> {
    const { account } = connection
    await this.#store.transact(async (tx) => {
      await bumpEpoch(tx, account)
      const present = await tx.all(connectionsOf, { account })
      if (present.length >= limits.carrierConnections) {
        throw new Failure('limit', `An account may have ${limits.carrierConnections} carrier connections.`)
      }
      await tx.insert(connectionTable, [connectionRow(this.#vault, connection)])
      await claim(tx, connection)
    })
  }

  /** Saves what `change` makes of it, which may throw. Throws when the account has none of this id. */
  async change(account: number, id: string, change: (known: Connection) => Connection): Promise<Connection> {
    return this.#store.transact(async (tx) => {
      // First, since it holds the account: of two changes at once the second builds on the first.
      await bumpEpoch(tx, account)
      const known = await tx.get(connectionById, { account, id })
      if (!known) throw unknownConnection(id)
      const connection = change(connectionOf(this.#vault, known))
      const row = connectionRow(this.#vault, connection)
      await tx.update(
        connectionTable,
        ['account', 'id'],
        ['name', 'settings', 'secrets', 'fetched_to', 'fetch_at', 'updated_at'],
        [row],
      )
      await claim(tx, connection)
      return connection
    })
  }

  /** The numbers stay the account's own; nothing is carried through them any more. */
  async disconnect(account: number, id: string): Promise<void> {
    await this.#store.transact(async (tx) => {
      await bumpEpoch(tx, account)
      const removed = await tx.run(removeConnection, { account, id })
      if (removed === 0) throw unknownConnection(id)
    })
  }
}

function unknownConnection(id: string): Failure {
  return notFound(`There is no carrier connection ${wireId('carrierConnection', id)}.`)
}

function claim(tx: Tx, { account, carrier, settings, updatedAt: now }: Connection): Promise<void> {
  const numbers = settings.numbers.map((address) => ({
    channel: carrier === 'whatsapp' ? ('WHATSAPP' as const) : guessChannel(address),
    address,
    name: null,
  }))
  return claimNumbers(tx, { account, carrier, numbers, now })
}
