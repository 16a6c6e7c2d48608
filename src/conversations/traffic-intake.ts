import type { Clock } from '../kernel/clock.ts'
import { Failure } from '../kernel/failure.ts'
import { maxWaiting, type Store, type Tx } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import { type CaptureContext, captureTraffic, explainTraffic } from './commands/capture-traffic.ts'
import type { TrafficRequest, TrafficResult } from './commands/traffic-result.ts'
import type { OnHappened } from './commands/working.ts'
import type { ReactToBridged } from './reactions.ts'
import type { OrchestratorSettings } from './settings.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Items that share a batch at most, unless one request alone brings more. */
const maxBatch = 64
/** Batches under way at a time: one is decided and written while the last is carried to the disk. */
const maxFlushes = 2

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

interface Batch {
  account: number
  entries: Entry[]
}

interface Captured {
  results: TrafficResult[]
  /** Whether followers should hear of it. */
  followed: boolean
  happened: UnitOfWork['happened'] | undefined
}

/** A batch that is taken as late as may be. */
interface Taking {
  taken?: Batch | undefined
}

interface TrafficIntakeOptions {
  store: Pick<Store, 'read' | 'intake'>
  clock: Clock
  cache: AccountCache
  settings: OrchestratorSettings
  onBridged?: ReactToBridged
  /** Called after a commit that followers should hear of. */
  onFollowed: () => void
  onHappened?: OnHappened
  /** Called after the commit, for each request with its results. */
  onTaken: (account: number, request: TrafficRequest, result: TrafficResult, now: number) => void
}

/**
 * Brings traffic to the batch command. Requests of one account that wait at the same time share a batch and its commit; none
 * waits for another to come, since a batch is filled at the moment at which the store is ready for it.
 */
export class TrafficIntake {
  readonly #options: TrafficIntakeOptions
  readonly #queues = new Map<number, Entry[]>()
  #waiting = 0
  #flushes = 0

  constructor(options: TrafficIntakeOptions) {
    this.#options = options
  }

  /** Whether as many batches as may be are under way, so that what comes next waits: work that can wait should. */
  get isBusy(): boolean {
    return this.#flushes >= maxFlushes
  }

  /** Durable when it answers, and so is what was written `beside` it. One result an item, in order. */
  capture(account: number, requests: TrafficRequest[], beside?: Beside): Promise<TrafficResult[]> {
    if (this.#waiting >= maxWaiting) {
      return Promise.reject(new Failure('unavailable', 'Too much traffic is waiting.', { retryAfterSeconds: 1 }))
    }
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(account)
      const entry: Entry = { requests, beside, resolve, reject }
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
    while (this.#flushes < maxFlushes && this.#queues.size > 0) {
      this.#flushes += 1
      void this.#flush().finally(() => {
        this.#flushes -= 1
        this.#pump()
      })
    }
  }

  async #flush(): Promise<void> {
    await this.#gather()
    const batch: Taking = {}
    try {
      const now = await this.#options.clock.now()
      const { results, followed, happened } = await this.#capture(batch, now)
      if (batch.taken) this.#answer(batch.taken.account, batch.taken.entries, results, now)
      if (batch.taken && happened) this.#options.onHappened?.(batch.taken.account, now, happened)
      if (followed) this.#options.onFollowed()
    } catch (error) {
      const taken = batch.taken ?? this.#take()
      if (taken) await this.#isolate(taken.account, taken.entries, error)
    }
  }

  /** Takes the batch when the transaction begins, not before: what arrives while it waits for its turn still gets in. */
  #capture(batch: Taking, now: number): Promise<Captured> {
    return this.#options.store.intake(async (tx) => {
      batch.taken ??= this.#take()
      return batch.taken ? captureBatch(tx, this.#options, batch.taken, now) : nothing
    })
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
    if (entries.length === 1 || error instanceof Failure) {
      for (const entry of entries) entry.reject(error)
      return
    }
    for (const entry of entries) {
      const { store, clock, onFollowed, onHappened } = this.#options
      try {
        const now = await clock.now()
        const alone = { account, entries: [entry] }
        const { results, happened } = await store.intake((tx) => captureBatch(tx, this.#options, alone, now))
        this.#answer(account, [entry], results, now)
        if (happened) onHappened?.(account, now, happened)
        onFollowed()
      } catch (alone) {
        entry.reject(alone)
      }
    }
  }

  #answer(account: number, entries: readonly Entry[], results: readonly TrafficResult[], now: number): void {
    for (const { entry, answered } of shares(entries, results)) {
      for (const [place, request] of entry.requests.entries()) {
        this.#options.onTaken(account, request, answered[place] as TrafficResult, now)
      }
      entry.resolve(answered)
    }
  }

  /** The next account's oldest requests; accounts take turns. */
  #take(): Batch | undefined {
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

const nothing: Captured = { results: [], followed: false, happened: undefined }

async function captureBatch(
  tx: Tx,
  { cache, settings, onBridged }: TrafficIntakeOptions,
  { account, entries }: Batch,
  now: number,
): Promise<Captured> {
  let followed = false
  let happened: UnitOfWork['happened'] | undefined
  const reacting = onBridged === undefined ? {} : { onBridged }
  const context: CaptureContext = {
    account,
    cache,
    settings,
    now,
    ...reacting,
    onFollowed: () => {
      followed = true
    },
    onHappened: (all) => {
      happened = all
    },
  }
  const results = await captureTraffic(tx, context, requestsOf(entries))
  if (entries.some(({ beside }) => beside !== undefined)) {
    await Promise.all(shares(entries, results).map(({ entry, answered }) => entry.beside?.(tx, answered)))
  }
  return { results, followed, happened }
}

function requestsOf(entries: readonly Entry[]): TrafficRequest[] {
  return entries.flatMap(({ requests }) => requests)
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
