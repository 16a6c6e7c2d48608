import type { Beside } from '../../conversations/traffic-intake.ts'
import type { Log } from '../../kernel/log.ts'
import type { Store, Tx } from '../../store/store.ts'
import { forgetReceipts, type ReceiptRow, receiptsAmong, receiptTable, removeReceipt } from './rows.ts'

/** Answered requests are remembered for a day at least, in business milliseconds, to tell one that is replayed. */
const dayMs = 24 * 60 * 60 * 1000
/** Receipts that nothing else carries into the database are written when so long a time has gone by, in wall milliseconds. */
const gatheringMs = 50

interface Question {
  digests: string[]
  found: Promise<Set<string>>
}

/**
 * Which requests of networks have been answered. Nothing waits for a receipt that is noted to be written: a request that is replayed is known
 * by what is gathered here too, and one whose receipt a crash took with it finds its messages taken already.
 */
export class Receipts {
  readonly #store: Store
  readonly #log: Log
  /** By account and digest, until they are in the database. */
  readonly #gathered = new Map<number, Map<string, ReceiptRow>>()
  readonly #writing = new Map<number, Promise<unknown>>()
  readonly #questions = new Map<string, Question>()
  /** The day up to which an account's old ones are forgotten. */
  readonly #forgotten = new Map<number, number>()
  /** Accounts whose receipts something else has carried since the timer last went off. */
  readonly #carried = new Set<number>()
  #stopping = false
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
  }

  /** Requests that are asked for in one turn of the event loop share a statement. */
  async has(account: number, digest: string, now: number): Promise<boolean> {
    if (this.#gathered.get(account)?.has(digest)) return true
    const day = dayOf(now)
    const key = `${account} ${day}`
    const question = this.#questions.get(key) ?? this.#ask(account, day, key)
    question.digests.push(digest)
    return (await question.found).has(digest)
  }

  note(account: number, digest: string, now: number): void {
    const own = this.#gathered.get(account) ?? new Map<string, ReceiptRow>()
    this.#gathered.set(account, own.set(digest, { account, day: dayOf(now), digest }))
    this.#arm()
  }

  /** Notes it and waits until it is written, together with what others note meanwhile. */
  async keep(account: number, digest: string, now: number): Promise<void> {
    this.note(account, digest, now)
    while (this.#gathered.get(account)?.has(digest)) await (this.#writing.get(account) ?? this.#writeAlone(account))
  }

  /** The request was not answered after all. */
  async withdraw(account: number, digest: string): Promise<void> {
    try {
      await this.#store.transact((tx) => tx.run(removeReceipt, { account, digest }))
    } catch (error) {
      this.#log.warn({ err: error }, 'the receipt of a webhook that was not answered could not be taken back')
    }
  }

  /** Lets work that commits anyway write what is gathered, so that receipts need no commits of their own under load. */
  async carriedBy<T>(account: number, work: (beside?: Beside) => Promise<T>): Promise<T> {
    if (this.#writing.has(account) || !this.#gathered.has(account)) return work()
    this.#carried.add(account)
    return this.#write(account, work)
  }

  /** Writes what is gathered. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    await Promise.all(this.#writing.values())
    await Promise.all([...this.#gathered.keys()].map((account) => this.#writeAlone(account)))
  }

  #ask(account: number, day: number, key: string): Question {
    const digests: string[] = []
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.#questions.delete(key)
      const rows = await this.#store.read.all(receiptsAmong, { account, days: [day, day - 1], digests })
      return new Set(rows.map((row) => row.digest))
    })
    const question = { digests, found }
    this.#questions.set(key, question)
    return question
  }

  /** What was not carried since the last time. */
  #writeUncarried(): void {
    this.#timer = undefined
    for (const account of this.#gathered.keys()) {
      if (!this.#carried.delete(account) && !this.#writing.has(account)) void this.#writeAlone(account)
    }
    this.#arm()
  }

  async #writeAlone(account: number): Promise<void> {
    try {
      await this.#write(account, (beside) => this.#store.transact((tx) => beside(tx, [])))
    } catch (error) {
      this.#gathered.delete(account)
      this.#log.warn({ err: error }, 'receipts of webhooks could not be written')
    }
  }

  async #write<T>(account: number, work: (beside: Beside) => Promise<T>): Promise<T> {
    let written: ReceiptRow[] = []
    const working = work(async (tx) => {
      written = [...(this.#gathered.get(account)?.values() ?? [])].sort((a, b) => (a.digest < b.digest ? -1 : 1))
      await this.#save(tx, account, written)
    })
    const settled = working.then(
      () => this.#settle(account, written),
      () => {},
    )
    this.#writing.set(
      account,
      settled.finally(() => this.#writing.delete(account)),
    )
    return working
  }

  #arm(): void {
    if (!this.#stopping && this.#gathered.size > 0)
      this.#timer ??= setTimeout(() => this.#writeUncarried(), gatheringMs)
  }

  async #save(tx: Tx, account: number, rows: readonly ReceiptRow[]): Promise<void> {
    if (rows.length === 0) return
    const before = Math.max(...rows.map(({ day }) => day)) - 1
    if ((this.#forgotten.get(account) ?? 0) < before) await tx.run(forgetReceipts, { account, before })
    await tx.insert(receiptTable, rows, 'nothing')
  }

  #settle(account: number, rows: readonly ReceiptRow[]): void {
    const [first] = rows
    if (!first) return
    this.#forgotten.set(account, first.day - 1)
    const own = this.#gathered.get(account)
    for (const { digest } of rows) own?.delete(digest)
    if (own?.size === 0) this.#gathered.delete(account)
  }
}

function dayOf(now: number): number {
  return Math.floor(now / dayMs)
}
