import { idempotencyLifetimeMs } from '../accounts/idempotency.ts'
import { allAccounts, forgetAnswers } from '../accounts/rows.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { forgetOperations } from './rows.ts'

/** How long an operation can be looked up after it ended, in milliseconds (published for Memory: 7 days). */
const operationLifetimeMs = 7 * 24 * 60 * 60 * 1000
const intervalMs = 60 * 60 * 1000

/** Forgets, once an hour of business time, what may no longer be asked for: answers to idempotency keys and ended operations. */
export class Retention implements Work {
  readonly name = 'retention'
  readonly #store: Store
  #lastAt: number | undefined

  constructor(store: Store) {
    this.#store = store
  }

  async tick(now: number): Promise<number> {
    if (this.#lastAt !== undefined && now - this.#lastAt < intervalMs) return 0
    this.#lastAt = now
    for (const { account } of await this.#store.read.all(allAccounts, {})) {
      await this.#store.transact(async (tx) => {
        await tx.run(forgetAnswers, { account, before: now - idempotencyLifetimeMs })
        await tx.run(forgetOperations, { account, before: now - operationLifetimeMs })
      })
    }
    return 0
  }

  /** Never a reason to wake up, nor for a virtual clock to stop: it is done on the way. */
  async nextDueAt(): Promise<number | null> {
    return null
  }
}
