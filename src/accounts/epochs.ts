import type { Reader, Tx } from '../store/store.ts'
import { advanceEpoch, epochOf, epochsOf } from './rows.ts'

/** Marks every cache of the account's configuration, rules, numbers, callbacks and keys as old, on every node, from this commit on. */
export async function bumpEpoch(tx: Tx, account: number): Promise<void> {
  await tx.run(advanceEpoch, { account })
}

/** The account's epoch as this transaction sees it. */
export async function readEpoch(tx: Reader, account: number): Promise<number> {
  return (await tx.get(epochOf, { account }))?.epoch ?? 0
}

/** Reads epochs outside of transactions. On PostgreSQL the requests of one turn of the event loop share a round trip. */
export class Epochs {
  readonly #read: Reader
  #pending: { accounts: Set<number>; answer: Promise<Map<number, number>> } | undefined

  constructor(read: Reader) {
    this.#read = read
  }

  async current(account: number): Promise<number> {
    if (this.#read.dialect === 'sqlite') return readEpoch(this.#read, account)
    if (!this.#pending) {
      const accounts = new Set<number>()
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.#pending = undefined
        return this.#load([...accounts])
      })
      this.#pending = { accounts, answer }
    }
    this.#pending.accounts.add(account)
    return (await this.#pending.answer).get(account) ?? 0
  }

  async #load(accounts: number[]): Promise<Map<number, number>> {
    const rows = await this.#read.all(epochsOf, { accounts })
    return new Map(rows.map((row) => [row.account, row.epoch]))
  }
}
