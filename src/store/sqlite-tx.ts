import type { SqliteConnection } from './sqlite-connection.ts'
import type { Statement } from './statement.ts'
import type { Reader, Tx } from './store.ts'
import type { RowOf, Table } from './table.ts'

/** The handle of one function in a batch. */
export class SqliteTx implements Tx {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  /** True once a write was tried: then a failure must undo the whole batch. */
  wrote = false
  revoked = false
  /** The first statement that failed; from then on nothing more is executed, as on PostgreSQL. */
  failure: { error: unknown } | undefined

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    return this.#execute(this.#connection.writes(statement), () => this.#connection.all(statement, parameters))
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return this.#execute(this.#connection.writes(statement), () => this.#connection.get(statement, parameters))
  }

  async run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number> {
    return this.#execute(true, () => this.#connection.run(statement, parameters))
  }

  async insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number> {
    return this.#execute(rows.length > 0, () => this.#connection.insert(table, rows, onConflict))
  }

  async update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number> {
    return this.#execute(rows.length > 0, () =>
      this.#connection.update(table, by as readonly string[], set as readonly string[], rows as never),
    )
  }

  #execute<V>(writes: boolean, action: () => V): V {
    if (this.revoked) throw new Error('The transaction is over; its handle was kept too long.')
    if (this.failure) throw this.failure.error
    if (writes) this.wrote = true
    try {
      return action()
    } catch (error) {
      this.failure = { error }
      throw error
    }
  }
}

/** Reads outside of transactions. `ready`, when given, is awaited first. */
export class SqliteReader implements Reader {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  readonly #ready: (() => Promise<void>) | undefined

  constructor(connection: SqliteConnection, ready: (() => Promise<void>) | undefined) {
    this.#connection = connection
    this.#ready = ready
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    this.#check(statement)
    if (this.#ready) await this.#ready()
    return this.#connection.all(statement, parameters)
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    this.#check(statement)
    if (this.#ready) await this.#ready()
    return this.#connection.get(statement, parameters)
  }

  #check<P, R>(statement: Statement<P, R>): void {
    if (this.#connection.writes(statement)) throw new Error('A statement that writes needs a transaction.')
  }
}
