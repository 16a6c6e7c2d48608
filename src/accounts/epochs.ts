import type { Reader, Store, Tx } from '../store/store.ts'
import { advanceEpoch, epochOf, epochsOf } from './rows.ts'

/** Marks every cache of the account's configuration, rules, numbers, callbacks and keys as old, on every node, from this commit on. */
export async function bumpEpoch(tx: Tx, account: number): Promise<void> {
  await tx.run(advanceEpoch, { account })
}

/** The account's epoch as this transaction sees it. */
export async function readEpoch(tx: Reader, account: number): Promise<number> {
  return (await tx.get(epochOf, { account }))?.epoch ?? 0
}

/**
 * Reads epochs outside of transactions. On PostgreSQL the requests of one turn of the event loop share a round trip. A
 * SQLite file is this process's alone, so that what was read stays true until its next commit that may have changed
 * one, which taking in traffic never does.
 */
export class Epochs {
  readonly #store: Pick<Store, 'dialect' | 'read' | 'statistics'>
  #pending: { accounts: Set<number>; answer: Promise<Map<number, number>> } | undefined
  /** By account, as of so many commits. */
  #known: { commits: number; epochs: Map<number, Promise<number>> } = { commits: -1, epochs: new Map() }

  constructor(store: Pick<Store, 'dialect' | 'read' | 'statistics'>) {
    this.#store = store
  }

  async current(account: number): Promise<number> {
    if (this.#store.dialect === 'sqlite') return this.#sinceCommit(account)
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

  #sinceCommit(account: number): Promise<number> {
    const { commits: all, intakeCommits } = this.#store.statistics
    const commits = all - intakeCommits
    if (this.#known.commits !== commits) this.#known = { commits, epochs: new Map() }
    const { epochs } = this.#known
    const known = epochs.get(account)
    if (known !== undefined) return known
    // A commit while this is read makes it unfit for those who come later; `#known` is another by then.
    const epoch = readEpoch(this.#store.read, account)
    epochs.set(account, epoch)
    epoch.catch(() => epochs.delete(account))
    return epoch
  }

  async #load(accounts: number[]): Promise<Map<number, number>> {
    const rows = await this.#store.read.all(epochsOf, { accounts })
    return new Map(rows.map((row) => [row.account, row.epoch]))
  }
}
