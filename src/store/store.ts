import type { DialectName, Statement } from './statement.ts'
import type { RowOf, Table } from './table.ts'

/** Reads committed data. A read that starts after a write was acknowledged sees it. */
export interface Reader {
  readonly dialect: DialectName
  all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]>
  get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined>
}

/** One transaction. Functions that hold it await nothing but its own methods. */
export interface Tx extends Reader {
  /** Executes a write and answers how many rows it changed. */
  run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number>
  /** Inserts rows in the order given; `nothing` passes over rows that a constraint refuses. Answers how many were inserted. */
  insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number>
  /** Sets the columns `set` of every row found by the columns `by`. Answers how many rows it changed. */
  update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number>
}

export interface StoreStatistics {
  waiting: number
  transactions: number
  commits: number
  retries: number
  /** Seconds spent inside commits, for the metrics. */
  commitSeconds: number
}

/**
 * The database. `transact` is the only way to write. The function that it is given may run more than once (after a failed
 * neighbour on SQLite, after a serialisation failure on PostgreSQL), so ids and `now` are arguments made outside of it.
 */
export interface Store {
  readonly dialect: DialectName
  readonly read: Reader
  transact<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  /** The same on connections kept for traffic, so that intake never waits behind other work. */
  intake<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Removes what deleted rows left behind in the database's own files, as far as the database lets us. */
  scrub(): Promise<void>
  /** Throws when the database does not answer. */
  ping(): Promise<void>
  readonly statistics: StoreStatistics
  close(): Promise<void>
}

/** More transactions than this waiting: refuse with 503 rather than answer late. */
export const maxWaiting = 4096
