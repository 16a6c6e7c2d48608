import { allAccounts } from '../accounts/rows.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import { type Statement, statements } from '../store/statement.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import { type Table, table } from '../store/table.ts'

/** A row that is to be taken up when it is due. A claim is a lease in wall time, which a crash lets run out. */
export interface DueRow {
  account: number
  id: string
  due_at: number | null
  leased_until: number | null
}

interface Claim {
  account: number
  now: number
  wall: number
  limit: number
}

export interface DueRows<Row> {
  claim: Statement<Claim, Row>
  earliest: Statement<{ account: number }, { due_at: number | null }>
  /** Saves `leased_until` of rows. */
  lease(tx: Tx, rows: readonly Row[]): Promise<unknown>
}

const leasedTable = table('due', { account: 'int', id: 'text', leased_until: 'big?' })

/** How due rows of one table are found and claimed. */
export function dueRows<Row extends DueRow>(of: Table): DueRows<Row> {
  const statement = statements<{ due: DueRow }>()
  const name = of.name as 'due'
  return {
    lease: (tx, rows) => tx.update(of as typeof leasedTable, ['account', 'id'], ['leased_until'], rows),
    claim: statement<Claim>()((db, p, d) =>
      d.lockFree(
        db
          .selectFrom(name)
          .selectAll()
          .where('account', '=', p.account)
          .where('due_at', 'is not', null)
          .where('due_at', '<=', p.now)
          .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', p.wall)]))
          .orderBy('due_at')
          .orderBy('id')
          .limit(p.limit),
      ),
    ) as Statement<Claim, Row>,
    earliest: statement<{ account: number }>()((db, p) =>
      db
        .selectFrom(name)
        .select('due_at')
        .where('account', '=', p.account)
        .where('due_at', 'is not', null)
        .orderBy('due_at')
        .limit(1),
    ),
  }
}

/** Wall time for which a claim holds: after a crash what was under way is taken up again when so much has gone by. */
const leaseMs = 30_000
/** Rows of one work that are under way at once, at most. */
const mostAtOnce = 64

interface Claiming<Row extends DueRow> {
  store: Store
  due: DueRows<Row>
}

/** Takes rows that are due and that nobody else has. */
export async function claimDue<Row extends DueRow>(
  { store, due }: Claiming<Row>,
  { account, now, limit }: Omit<Claim, 'wall'>,
): Promise<Row[]> {
  const earliest = await store.read.get(due.earliest, { account })
  if (earliest?.due_at == null || earliest.due_at > now) return []
  const wall = Date.now()
  return store.transact(async (tx) => {
    const rows = await tx.all(due.claim, { account, now, wall, limit })
    const leased = rows.map((row) => ({ ...row, leased_until: wall + leaseMs }))
    await due.lease(tx, leased)
    return leased
  })
}

/** When the next row of any account is due; those that are claimed count. */
export async function earliestDue<Row>(read: Reader, { earliest }: DueRows<Row>): Promise<number | null> {
  let least: number | null = null
  for (const { account } of await read.all(allAccounts, {})) {
    const due = (await read.get(earliest, { account }))?.due_at ?? null
    if (due !== null && (least === null || due < least)) least = due
  }
  return least
}

interface DueWorkOptions<Row extends DueRow> extends Claiming<Row> {
  name: string
  log: Log
  run: (row: Row) => Promise<void>
  /** Called when there is room again. */
  wake: () => void
}

/** A claim is renewed so many times before it would run out. */
const renewals = 3

/**
 * Takes rows up when they are due, many at a time, without one waiting for another. As long as a row is under way its claim is
 * renewed, so that it is taken up again soon after a crash, however long it may take.
 */
export class DueWork<Row extends DueRow> implements Work {
  readonly name: string
  readonly #options: DueWorkOptions<Row>
  readonly #running = new Map<Row, Promise<void>>()
  #renewing: NodeJS.Timeout | undefined
  #stopping = false

  constructor(options: DueWorkOptions<Row>) {
    this.#options = options
    this.name = options.name
  }

  /** Starts what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    const { store } = this.#options
    // Rows are claimed together, not one by one as room is made.
    if (this.#running.size > mostAtOnce / 2) return 0
    let started = 0
    for (const { account } of await store.read.all(allAccounts, {})) {
      const limit = mostAtOnce - this.#running.size
      if (this.#stopping || limit <= 0) break
      const rows = await claimDue(this.#options, { account, now, limit })
      for (const row of rows) this.#start(row)
      started += rows.length
    }
    return started
  }

  nextDueAt(): Promise<number | null> {
    return earliestDue(this.#options.store.read, this.#options.due)
  }

  /** Starts nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.allSettled(this.#running.values())
  }

  #start(row: Row): void {
    const { name, run, log, wake } = this.#options
    const ended = run(row)
      .catch((error: unknown) => log.error({ err: error, work: name, id: row.id }, 'it will be tried again'))
      .finally(() => {
        this.#running.delete(row)
        if (this.#running.size === 0) {
          clearInterval(this.#renewing)
          this.#renewing = undefined
        }
        wake()
      })
    this.#running.set(row, ended)
    this.#renewing ??= setInterval(() => void this.#renew(), leaseMs / renewals)
  }

  async #renew(): Promise<void> {
    const { name, store, due, log } = this.#options
    for (const account of new Set([...this.#running.keys()].map((row) => row.account))) {
      await store
        .transact(async (tx) => {
          const leased_until = Date.now() + leaseMs
          const rows = [...this.#running.keys()].filter((row) => row.account === account)
          if (rows.length > 0)
            await due.lease(
              tx,
              rows.map((row) => ({ ...row, leased_until })),
            )
        })
        .catch((error: unknown) => log.warn({ err: error, work: name }, 'claims could not be renewed'))
    }
  }
}
