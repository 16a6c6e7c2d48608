import type { Clock } from '../kernel/clock.ts'
import { Failure } from '../kernel/failure.ts'
import { maxWaiting, type Store, type Tx } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import { captureTraffic, explainTraffic, type TrafficRequest, type TrafficResult } from './commands/capture-traffic.ts'
import type { OrchestratorSettings } from './settings.ts'

/** Items that share a batch at most, unless one request alone brings more. */
const maxBatch = 64

/**
 * What a source of traffic writes in the transaction that takes its items in, knowing what became of them. It may run more
 * than once, and awaits nothing but the transaction.
 */
export type Beside = (tx: Tx, results: readonly TrafficResult[]) => Promise<void>

interface Entry {
  requests: TrafficRequest[]
  beside: Beside | undefined
  resolve: (results: TrafficResult[]) => void
  reject: (error: unknown) => void
}

interface Options {
  store: Store
  clock: Clock
  cache: AccountCache
  settings: OrchestratorSettings
  /** Called after a commit that followers should hear of. */
  onFollowed: () => void
  /** Called after the commit, for each request with its results. */
  onTaken: (account: number, request: TrafficRequest, result: TrafficResult, now: number) => void
}

/**
 * Brings traffic to the batch command. Requests of one account that wait at the same time share a batch and its commit; none
 * waits for another to come, since a batch is filled at the moment at which the store is ready for it.
 */
export class TrafficIntake {
  readonly #options: Options
  readonly #queues = new Map<number, Entry[]>()
  readonly #maxFlushes: number
  #waiting = 0
  #flushes = 0

  constructor(options: Options) {
    this.#options = options
    this.#maxFlushes = options.store.dialect === 'sqlite' ? 1 : 2
  }

  /** Durable when it answers, and so is what was written `beside` it. One result an item, in order. */
  capture(account: number, requests: TrafficRequest[], beside?: Beside): Promise<TrafficResult[]> {
    if (this.#waiting >= maxWaiting) {
      return Promise.reject(new Failure('unavailable', 'Too much traffic is waiting.', { retryAfterSeconds: 1 }))
    }
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(account)
      const entry = { requests, beside, resolve, reject }
      if (queue) queue.push(entry)
      else this.#queues.set(account, [entry])
      this.#waiting += 1
      this.#pump()
    })
  }

  /** The decisions that `capture` would make now, saving nothing. */
  async explain(account: number, requests: TrafficRequest[]): Promise<TrafficResult[]> {
    const { store, clock, cache, settings } = this.#options
    return explainTraffic(store.read, { account, cache, settings, now: await clock.now() }, requests)
  }

  #pump(): void {
    while (this.#flushes < this.#maxFlushes && this.#queues.size > 0) {
      this.#flushes += 1
      void this.#flush().finally(() => {
        this.#flushes -= 1
        this.#pump()
      })
    }
  }

  /** Takes a batch when the transaction begins, not before: what arrives while it waits for its turn still gets in. */
  async #flush(): Promise<void> {
    await this.#gather()
    const now = await this.#options.clock.now()
    let taken: { account: number; entries: Entry[] } | undefined
    let followed = false
    try {
      const results = await this.#options.store.intake(async (tx) => {
        taken ??= this.#take()
        if (!taken) return []
        const { account, entries } = taken
        const { cache, settings } = this.#options
        const captured = await captureTraffic(
          tx,
          { account, cache, settings, now, onFollowed: () => (followed = true) },
          entries.flatMap(({ requests }) => requests),
        )
        await writeBeside(tx, entries, captured)
        return captured
      })
      if (taken) this.#answer(taken.account, taken.entries, results, now)
      if (followed) this.#options.onFollowed()
    } catch (error) {
      taken ??= this.#take()
      if (taken) await this.#isolate(taken.account, taken.entries, error)
    }
  }

  /** Lets requests in that are on their way: looks at the sockets again as long as each look brings more. Waits for no clock. */
  async #gather(): Promise<void> {
    let seen = 0
    while (this.#waiting > seen && this.#waiting < maxBatch) {
      seen = this.#waiting
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** A batch failed as a whole: each request tries alone, so that one that cannot be taken does not take others with it. */
  async #isolate(account: number, entries: Entry[], error: unknown): Promise<void> {
    const [only, ...others] = entries
    if (others.length === 0 || error instanceof Failure) {
      for (const entry of entries) entry.reject(error)
      return
    }
    for (const entry of [only as Entry, ...others]) {
      const { store, clock, cache, settings, onFollowed } = this.#options
      try {
        const now = await clock.now()
        const results = await store.intake(async (tx) => {
          const captured = await captureTraffic(tx, { account, cache, settings, now }, entry.requests)
          await writeBeside(tx, [entry], captured)
          return captured
        })
        this.#answer(account, [entry], results, now)
        onFollowed()
      } catch (alone) {
        entry.reject(alone)
      }
    }
  }

  #answer(account: number, entries: readonly Entry[], results: readonly TrafficResult[], now: number): void {
    for (const { entry, answered } of shares(entries, results)) {
      const { requests, resolve } = entry
      for (const [place, request] of requests.entries()) {
        this.#options.onTaken(account, request, answered[place] as TrafficResult, now)
      }
      resolve(answered)
    }
  }

  /** The next account's oldest requests; accounts take turns. */
  #take(): { account: number; entries: Entry[] } | undefined {
    const next = this.#queues.entries().next().value
    if (!next) return undefined
    const [account, queue] = next
    const entries: Entry[] = []
    let items = 0
    for (const entry of queue) {
      if (items > 0 && items + entry.requests.length > maxBatch) break
      entries.push(entry)
      items += entry.requests.length
    }
    this.#queues.delete(account)
    if (entries.length < queue.length) this.#queues.set(account, queue.slice(entries.length))
    this.#waiting -= entries.length
    return { account, entries }
  }
}

/** The results of each entry. */
function shares(entries: readonly Entry[], results: readonly TrafficResult[]) {
  let at = 0
  return entries.map((entry) => {
    const answered = results.slice(at, at + entry.requests.length)
    at += entry.requests.length
    return { entry, answered }
  })
}

async function writeBeside(tx: Tx, entries: readonly Entry[], results: readonly TrafficResult[]): Promise<void> {
  if (entries.every(({ beside }) => beside === undefined)) return
  await Promise.all(shares(entries, results).map(({ entry, answered }) => entry.beside?.(tx, answered)))
}
