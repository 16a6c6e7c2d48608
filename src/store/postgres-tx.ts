import type pg from 'pg'
import { isStale, isTimeLimit, postgresError } from './postgres-error.ts'
import { compile, executionOf, insertOf, updateOf } from './postgres-sql.ts'
import type { Statement } from './statement.ts'
import { maxWaiting, type Reader, type Tx, unavailable } from './store.ts'
import type { RowOf, Table } from './table.ts'

/** A read meets each connection of a pool at most once with a statement that has gone stale. */
const maxReadAttempts = 12

/** Reads outside of transactions, on any connection of the pool. */
export class PostgresReader implements Reader {
  readonly dialect = 'postgres'
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    const compiled = compile(statement)
    if (compiled.writes) throw new Error('A statement that writes needs a transaction.')
    if (this.#pool.waitingCount >= maxWaiting) throw unavailable('Too many reads are waiting.')
    const execution = executionOf(compiled, parameters)
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.#pool.query(execution)).rows as R[]
      } catch (error) {
        // The pool has given up the connection on which it failed.
        const isWorthwhile = isTimeLimit(error) ? attempt === 1 : isStale(error) && attempt < maxReadAttempts
        if (!isWorthwhile) throw postgresError(error)
      }
    }
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0]
  }
}

/** One transaction on one connection. */
export class PostgresTx implements Tx {
  readonly dialect = 'postgres'
  revoked = false
  /** The first statement that failed; the database executes nothing after it. */
  failure: { error: unknown } | undefined
  readonly #client: pg.ClientBase
  readonly #begun: Promise<unknown>
  #isGathering = false

  constructor(client: pg.ClientBase) {
    this.#client = client
    this.#gather()
    // Not awaited: BEGIN travels with the first statement when that only reads.
    this.#begun = client.query('begin isolation level read committed')
    this.#begun.catch(() => {})
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    return (await this.#execute(statement, parameters)).rows as R[]
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0]
  }

  async run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number> {
    return (await this.#execute(statement, parameters)).rowCount ?? 0
  }

  async insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number> {
    if (rows.length === 0) return this.#nothing()
    return (await this.#query(true, () => insertOf(table, rows as never, onConflict))).rowCount ?? 0
  }

  async update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number> {
    if (rows.length === 0) return this.#nothing()
    const execution = () => updateOf(table, by as readonly string[], set as readonly string[], rows as never)
    return (await this.#query(true, execution)).rowCount ?? 0
  }

  /** Throws when the database did not commit; it answers ROLLBACK, and no error, after a failed statement. */
  async commit(): Promise<void> {
    await this.#begun
    const { command } = await this.#client.query('commit')
    if (command !== 'COMMIT') throw this.failure?.error ?? new Error('The transaction was rolled back.')
  }

  /** False when the connection is of no use any more. */
  async rollback(): Promise<boolean> {
    try {
      await this.#client.query('rollback')
      return true
    } catch {
      return false
    }
  }

  #execute<P, R>(statement: Statement<P, R>, parameters: P): Promise<pg.QueryResult> {
    const compiled = compile(statement)
    return this.#query(compiled.writes, () => executionOf(compiled, parameters))
  }

  async #query(writes: boolean, execution: () => pg.QueryConfig): Promise<pg.QueryResult> {
    this.#check()
    try {
      // Were BEGIN to fail alone, a write that travelled with it would be saved at once.
      if (writes) await this.#begun
      this.#gather()
      return await this.#client.query(execution())
    } catch (error) {
      this.failure ??= { error }
      throw error
    }
  }

  /** Statements that nothing stands between travel as one piece: each piece is a call of the system, and wakes the database. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    const { stream } = (this.#client as pg.Client).connection
    stream.cork()
    process.nextTick(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  #nothing(): number {
    this.#check()
    return 0
  }

  #check(): void {
    if (this.revoked) throw new Error('The transaction is over; its handle was kept too long.')
    if (this.failure) throw this.failure.error
  }
}
