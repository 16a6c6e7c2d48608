import type { Work } from '../kernel/work.ts'
import { statements } from '../store/statement.ts'
import type { Store } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import type { OnHappened } from './commands/working.ts'
import type { ConversationTables } from './rows.ts'
import { UnitOfWork } from './unit-of-work.ts'

const statement = statements<ConversationTables>()

export const accountsWithDue = statement<{ now: number }>()((db, p) =>
  db.selectFrom('conversation').select('account').distinct().where('wake_at', '<=', p.now).orderBy('account'),
)
export const earliestWake = statement<object>()((db) =>
  db
    .selectFrom('conversation')
    .select((eb) => eb.fn.min('wake_at').as('wake_at'))
    .where('wake_at', 'is not', null),
)
export const claimDue = statement<{ account: number; now: number; limit: number }>()((db, p, d) =>
  d.lockFree(
    db
      .selectFrom('conversation')
      .select('id')
      .where('account', '=', p.account)
      .where('wake_at', '<=', p.now)
      .orderBy('id')
      .limit(p.limit),
  ),
)

/** Conversations that one transaction moves on at most. */
const maxClaims = 100

/**
 * Moves conversations on when their clocks say so: the lifespan, timeouts and ends of streams. Each claimed conversation is
 * settled exactly as a message would settle it, so it does not matter who comes first.
 */
export class Timers implements Work {
  readonly name = 'timers'
  readonly #store: Store
  readonly #cache: AccountCache
  readonly #onFollowed: () => void
  readonly #onHappened: OnHappened | undefined

  constructor(options: { store: Store; cache: AccountCache; onFollowed: () => void; onHappened?: OnHappened }) {
    this.#store = options.store
    this.#cache = options.cache
    this.#onFollowed = options.onFollowed
    this.#onHappened = options.onHappened
  }

  async tick(now: number): Promise<number> {
    let moved = 0
    for (const { account } of await this.#store.read.all(accountsWithDue, { now })) {
      moved += await this.#settleDue(account, now)
    }
    if (moved > 0) this.#onFollowed()
    return moved
  }

  async nextDueAt(): Promise<number | null> {
    return (await this.#store.read.get(earliestWake, {}))?.wake_at ?? null
  }

  async #settleDue(account: number, now: number): Promise<number> {
    const settled = await this.#store.transact(async (tx) => {
      const due = await tx.all(claimDue, { account, now, limit: maxClaims })
      if (due.length === 0) return undefined
      const knowledge = await this.#cache.know(tx, account)
      const work = new UnitOfWork(tx, { account, cache: this.#cache, knowledge, now, requestId: '' })
      await work.load(
        due.map(({ id }) => id),
        true,
      )
      work.settleAll()
      // A clock that was restarted meanwhile wakes nobody now; its row learns when to wake next.
      for (const unit of work.units) unit.changed = true
      await work.save(tx)
      return { count: due.length, happened: work.happened }
    })
    if (settled) this.#onHappened?.(account, now, settled.happened)
    return settled?.count ?? 0
  }
}
