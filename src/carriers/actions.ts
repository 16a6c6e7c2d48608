import { allAccounts } from '../accounts/rows.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import { type ActionRow, actionTable, claimDueActions, earliestAction } from './action-rows.ts'
import { type ActionContext, runAction } from './commands/run-action.ts'

/** Actions that are carried out at once, at most. */
const mostAtOnce = 64
/** Wall time for which a claim holds: longer than a carrier may take for all recipients. */
const leaseMs = 5 * 60_000

/** Carries out actions after they were accepted. An action is a row until it is over, so a crash delays it and no more. */
export class Actions implements Work {
  readonly name = 'actions'
  readonly #context: ActionContext & { log: Log; wake: () => void }
  readonly #running = new Set<Promise<void>>()
  #stopping = false

  constructor(context: ActionContext & { log: Log; wake: () => void }) {
    this.#context = context
  }

  /** Starts what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    let started = 0
    for (const { account } of await this.#context.store.read.all(allAccounts, {})) {
      const room = mostAtOnce - this.#running.size
      if (this.#stopping || room <= 0) break
      const rows = await this.#claim(account, now, room)
      for (const row of rows) this.#start(row)
      started += rows.length
    }
    return started
  }

  async nextDueAt(): Promise<number | null> {
    const { read } = this.#context.store
    let earliest: number | null = null
    for (const { account } of await read.all(allAccounts, {})) {
      const due = (await read.get(earliestAction, { account }))?.due_at ?? null
      if (due !== null && (earliest === null || due < earliest)) earliest = due
    }
    return earliest
  }

  /** Starts nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.allSettled(this.#running)
  }

  async #claim(account: number, now: number, limit: number): Promise<ActionRow[]> {
    const { store } = this.#context
    const earliest = await store.read.get(earliestAction, { account })
    if (earliest?.due_at == null || earliest.due_at > now) return []
    const wall = Date.now()
    return store.transact(async (tx) => {
      const rows = await tx.all(claimDueActions, { account, now, wall, limit })
      const leased = rows.map((row) => ({ ...row, leased_until: wall + leaseMs }))
      await tx.update(actionTable, ['account', 'id'], ['leased_until'], leased)
      return leased
    })
  }

  #start(row: ActionRow): void {
    const { log, wake } = this.#context
    const ended = runAction(this.#context, row)
      .catch((error: unknown) => log.error({ err: error, action: row.id }, 'an action could not be carried out'))
      .finally(() => {
        this.#running.delete(ended)
        wake()
      })
    this.#running.add(ended)
  }
}
