import type { Store } from '../store/store.ts'
import { type Attempt, type SentTo, saveHealth } from './delivering.ts'
import type { TargetRow } from './target-rows.ts'

const intervalMs = 60_000

interface Failures {
  count: number
  isGone: boolean
  saved: Promise<void>
}

/**
 * Notes how targets fare, with few writes: one that works is noted to do so once a minute, and failures that happen while
 * the write of an earlier one waits for its turn share it.
 */
export class TargetHealth {
  readonly #store: Store
  /** When a target that works was last noted to, in wall milliseconds. */
  readonly #worked = new Map<string, number>()
  readonly #failed = new Map<string, Failures>()

  constructor(store: Store) {
    this.#store = store
  }

  async note(target: SentTo & Pick<TargetRow, 'failing_since'>, { outcome }: Attempt, now: number): Promise<void> {
    const key = keyOf(target)
    const works = 'status' in outcome && outcome.status >= 200 && outcome.status < 300
    if (!works) {
      this.#worked.delete(key)
      return this.#noteFailure(target, 'status' in outcome && outcome.status === 410, now)
    }
    if (target.failing_since === null && Date.now() - (this.#worked.get(key) ?? 0) < intervalMs) return
    this.#worked.set(key, Date.now())
    await this.#store.transact((tx) => saveHealth(tx, target, 'SUCCESS', now))
  }

  #noteFailure(target: SentTo, isGone: boolean, now: number): Promise<void> {
    const key = keyOf(target)
    const waiting = this.#failed.get(key)
    if (waiting) {
      waiting.count += 1
      waiting.isGone ||= isGone
      return waiting.saved
    }
    const failures: Failures = { count: 1, isGone, saved: Promise.resolve() }
    this.#failed.set(key, failures)
    failures.saved = this.#store
      .transact((tx) => {
        this.#failed.delete(key)
        return saveHealth(tx, target, failures.isGone ? 'GONE' : 'FAILURE', now, failures.count)
      })
      .finally(() => {
        if (this.#failed.get(key) === failures) this.#failed.delete(key)
      })
    return failures.saved
  }
}

/** A target has another health with another URL. */
function keyOf({ account, id, url, method }: SentTo): string {
  return `${account}/${id} ${method} ${url}`
}
