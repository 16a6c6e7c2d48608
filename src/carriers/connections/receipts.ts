import type { Log } from '../../kernel/log.ts'
import type { Store } from '../../store/store.ts'
import type { Connection } from './connection.ts'
import { forgetReceipts, type ReceiptRow, receiptOf, receiptTable } from './rows.ts'

/** Answered requests are remembered for so long, in business milliseconds, to tell one that is replayed. */
const lifetimeMs = 24 * 60 * 60 * 1000
/** Receipts of so long a time, in wall milliseconds, are written together. */
const gatheringMs = 50

/**
 * Which requests of networks have been answered. Nothing waits for a receipt to be written: a request that is replayed is known
 * by what is gathered here too, and one whose receipt a crash took with it finds its messages taken already.
 */
export class Receipts {
  readonly #store: Store
  readonly #log: Log
  #gathered = new Map<string, ReceiptRow>()
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
  }

  async has({ account, id }: Connection, fingerprint: string): Promise<boolean> {
    if (this.#gathered.has(fingerprint)) return true
    return (await this.#store.read.get(receiptOf, { account, connectionId: id, fingerprint })) !== undefined
  }

  note({ account, id }: Connection, fingerprint: string, at: number): void {
    this.#gathered.set(fingerprint, { account, connection_id: id, fingerprint, at })
    this.#timer ??= setTimeout(() => this.#write(), gatheringMs)
  }

  /** Writes what is gathered. */
  async stop(): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer)
      this.#write()
    }
    await this.#writing
  }

  #write(): void {
    this.#timer = undefined
    const rows = [...this.#gathered.values()]
    this.#writing = this.#writing
      .then(() => this.#save(rows))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'receipts of webhooks could not be written'))
      .then(() => {
        for (const { fingerprint } of rows) this.#gathered.delete(fingerprint)
      })
  }

  /** A transaction touches one account. */
  async #save(rows: readonly ReceiptRow[]): Promise<void> {
    for (const [account, own] of Map.groupBy(rows, (row) => row.account)) {
      const newest = own.reduce((latest, { at }) => Math.max(latest, at), 0)
      await this.#store.transact(async (tx) => {
        await tx.run(forgetReceipts, { account, before: newest - lifetimeMs })
        await tx.insert(receiptTable, own, 'nothing')
      })
    }
  }
}
