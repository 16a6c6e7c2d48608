import { allAccounts } from '../accounts/rows.ts'
import type { AccountCache } from '../conversations/account-cache.ts'
import { intelligenceFollower } from '../conversations/intelligence-lane.ts'
import { nextLaneDueAt } from '../events/following.ts'
import type { Moment, Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { queueExecutions } from './commands/queue-executions.ts'

export interface RuleTriggersOptions {
  store: Store
  cache: AccountCache
  /** Executions of one rule that may wait in one conversation before they are put together. */
  maxWaiting: number
  /** Called when something was queued. */
  onQueued: () => void
}

/** Conversations that are read on at once. */
const limit = 128

/** Reads on in conversations that rules and extraction follow, and queues what is triggered. */
export class RuleTriggers implements Work {
  readonly name = 'rule-triggers'
  readonly followsRequests = true
  readonly restMs = 100
  readonly #options: RuleTriggersOptions

  constructor(options: RuleTriggersOptions) {
    this.#options = options
  }

  async tick(now: number): Promise<number> {
    const { store, cache, maxWaiting, onQueued } = this.#options
    let read = 0
    for (const { account } of await store.read.all(allAccounts, {})) {
      const due = await nextLaneDueAt(store.read, { account, follower: intelligenceFollower, asOf: undefined })
      if (due === null || due > now) continue
      read += await queueExecutions({ store, cache, account, now, limit, maxWaiting })
    }
    if (read > 0) onQueued()
    return read
  }

  async nextDueAt(asOf?: Moment): Promise<number | null> {
    const { read } = this.#options.store
    let earliest: number | null = null
    for (const { account } of await read.all(allAccounts, {})) {
      const due = await nextLaneDueAt(read, { account, follower: intelligenceFollower, asOf })
      if (due !== null && (earliest === null || due < earliest)) earliest = due
    }
    return earliest
  }
}
