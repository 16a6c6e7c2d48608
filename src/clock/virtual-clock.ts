import type { Clock } from '../kernel/clock.ts'
import { statements } from '../store/statement.ts'
import type { Store } from '../store/store.ts'
import { type RowOf, table } from '../store/table.ts'

const installationTable = table('installation', { name: 'text', value: 'text' })
const statement = statements<{ installation: RowOf<typeof installationTable> }>()

const readValue = statement<{ name: string }>()((db, p) =>
  db.selectFrom('installation').select('value').where('name', '=', p.name),
)
const lockValue = statement<{ name: string }>()((db, p, d) =>
  d.lock(db.selectFrom('installation').select('value').where('name', '=', p.name)),
)
const writeValue = statement<{ name: string; value: string }>()((db, p) =>
  db.updateTable('installation').set({ value: p.value }).where('name', '=', p.name),
)

const name = 'clock'

/**
 * Business time that stands still until it is moved. It is kept in the database, so that every node shares it and it
 * survives a crash, and it never goes back.
 */
export class VirtualClock implements Clock {
  readonly mode = 'virtual'
  readonly #store: Store

  private constructor(store: Store) {
    this.#store = store
  }

  /** Starts at the given instant, or goes on from where the database has it. */
  static async open(store: Store, startAt: number): Promise<VirtualClock> {
    await store.transact((tx) => tx.insert(installationTable, [{ name, value: String(startAt) }], 'nothing'))
    return new VirtualClock(store)
  }

  async now(): Promise<number> {
    return Number((await this.#store.read.get(readValue, { name }))?.value)
  }

  /** Moves to the instant, unless time is there already or further. Answers the time that holds. */
  async moveTo(instant: number): Promise<number> {
    return this.#store.transact(async (tx) => {
      const now = Number((await tx.get(lockValue, { name }))?.value)
      if (instant <= now) return now
      await tx.run(writeValue, { name, value: String(instant) })
      return instant
    })
  }
}
