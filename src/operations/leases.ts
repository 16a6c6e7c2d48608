import { statements } from '../store/statement.ts'
import type { Store } from '../store/store.ts'
import { type RowOf, table } from '../store/table.ts'

const leaseTable = table('work_lease', { name: 'text', holder: 'text', until: 'big' })
const statement = statements<{ work_lease: RowOf<typeof leaseTable> }>()

const leaseOf = statement<{ name: string }>()((db, p) =>
  db.selectFrom('work_lease').selectAll().where('name', '=', p.name),
)
const leaseLocked = statement<{ name: string }>()((db, p, d) =>
  d.lock(db.selectFrom('work_lease').selectAll().where('name', '=', p.name)),
)

/** Work that one node at a time does. Times are of the wall clock, since they are about processes that live and die. */
export class Lease {
  readonly #store: Store
  readonly #name: string
  readonly #holder: string
  readonly #leaseMs: number
  readonly #wallNow: () => number

  constructor(store: Store, lease: { name: string; holder: string; leaseMs: number; wallNow: () => number }) {
    this.#store = store
    this.#name = lease.name
    this.#holder = lease.holder
    this.#leaseMs = lease.leaseMs
    this.#wallNow = lease.wallNow
  }

  /** Whether another node has it, so that there is nothing to do here for now. */
  async isElsewhere(): Promise<boolean> {
    const row = await this.#store.read.get(leaseOf, { name: this.#name })
    return row !== undefined && row.holder !== this.#holder && row.until > this.#wallNow()
  }

  /** Takes it, or keeps it for longer; false when another node has it. */
  async take(): Promise<boolean> {
    const now = this.#wallNow()
    const row = { name: this.#name, holder: this.#holder, until: now + this.#leaseMs }
    return this.#store.transact(async (tx) => {
      if ((await tx.insert(leaseTable, [row], 'nothing')) > 0) return true
      const held = await tx.get(leaseLocked, { name: this.#name })
      if (held && held.holder !== this.#holder && held.until > now) return false
      await tx.update(leaseTable, ['name'], ['holder', 'until'], [row])
      return true
    })
  }

  /** Lets others have it at once. */
  async release(): Promise<void> {
    await this.#store.transact(async (tx) => {
      const held = await tx.get(leaseLocked, { name: this.#name })
      if (held?.holder !== this.#holder) return
      await tx.update(leaseTable, ['name'], ['until'], [{ name: this.#name, until: 0 }])
    })
  }
}
