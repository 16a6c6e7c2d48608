import { allAccounts } from '../accounts/rows.ts'
import type { Work } from '../kernel/work.ts'
import { answerIncoming, tellStatus } from './commands/run-callback.ts'
import { type CallbackRow, callbackTable, claimDueCallbacks, earliestCallback } from './message-rows.ts'
import type { Network } from './network.ts'

/** Requests to applications that are under way at once, at most. */
const mostAtOnce = 64
/** Wall time for which a claim holds: longer than an application may take with its fallback and redirects. */
const leaseMs = 10 * 60_000

/**
 * Asks applications what to do with messages that came in, and tells them of new statuses. What is to be asked or told is a
 * row until it has been; after a crash it is asked again, under the same token, and what it answers is done once.
 */
export class MessageCallbacks implements Work {
  readonly name = 'message webhooks'
  readonly #network: Network
  readonly #running = new Set<Promise<void>>()
  #stopping = false

  constructor(network: Network) {
    this.#network = network
  }

  /** Starts what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    let started = 0
    for (const { account } of await this.#network.store.read.all(allAccounts, {})) {
      const room = mostAtOnce - this.#running.size
      if (this.#stopping || room <= 0) break
      const rows = await this.#claim(account, now, room)
      for (const row of rows) this.#start(row)
      started += rows.length
    }
    return started
  }

  async nextDueAt(): Promise<number | null> {
    const { read } = this.#network.store
    let earliest: number | null = null
    for (const { account } of await read.all(allAccounts, {})) {
      const due = (await read.get(earliestCallback, { account }))?.due_at ?? null
      if (due !== null && (earliest === null || due < earliest)) earliest = due
    }
    return earliest
  }

  /** Starts nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.allSettled(this.#running)
  }

  async #claim(account: number, now: number, limit: number): Promise<CallbackRow[]> {
    const { store } = this.#network
    if ((await store.read.get(earliestCallback, { account })) === undefined) return []
    const wall = Date.now()
    return store.transact(async (tx) => {
      const rows = await tx.all(claimDueCallbacks, { account, now, wall, limit })
      const leased = rows.map((row) => ({ ...row, leased_until: wall + leaseMs }))
      await tx.update(callbackTable, ['account', 'id'], ['leased_until'], leased)
      return leased
    })
  }

  #start(row: CallbackRow): void {
    const run = row.status === null ? answerIncoming(this.#network, row) : tellStatus(this.#network, row)
    const ended = run
      .catch((error: unknown) =>
        this.#network.log.error({ err: error, callback: row.id }, 'an application could not be asked'),
      )
      .finally(() => {
        this.#running.delete(ended)
        this.#network.wake()
      })
    this.#running.add(ended)
  }
}
