import { Failure } from '../kernel/failure.ts'
import type { DialectName, Statement } from './statement.ts'
import type { RowOf, Table } from './table.ts'

/** Reads committed data. A read that starts after a write was acknowledged sees it. Statements that write are refused. */
export interface Reader {
  readonly dialect: DialectName
  all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]>
  get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined>
}

/**
 * One transaction. Functions that hold it await nothing but its own methods. A statement that fails ends it, also when the
 * function catches the error: nothing is saved, and the caller of `transact` gets what the function threw, else that error.
 */
export interface Tx extends Reader {
  /** Executes a write and answers how many rows it changed. */
  run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number>
  /** Inserts rows in the order given; `nothing` passes over rows that are already there. Answers how many were inserted. */
  insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number>
  /** Sets the columns `set` of every row found by the columns `by`, which differ from row to row. Answers how many rows it changed. */
  update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number>
}

export interface StoreStatistics {
  /** Transactions that wait for their turn or for a connection. */
  readonly waiting: number
  /** Functions run, reruns included. */
  readonly transactions: number
  readonly commits: number
  /** Those among the commits that took in nothing but traffic. */
  readonly intakeCommits: number
  /** Times that work was undone and run again. */
  readonly retries: number
  /** Seconds spent inside commits, for the metrics. */
  readonly commitSeconds: number
}

/**
 * The database. `transact` is the only way to write. The function that it is given may run more than once (after a failed
 * neighbour on SQLite, after a serialisation failure on PostgreSQL), so ids and `now` are arguments made outside of it.
 * An outage of the database, and a queue that is full, are answered with a Failure of kind `unavailable`.
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
  /** Finishes what was accepted, refuses what comes later, and gives everything back. May be called again. */
  close(): Promise<void>
}

/** More transactions than this waiting: refuse with 503 rather than answer late. */
export const maxWaiting = 4096

const sqliteUnique = new Set([1555, 2067, 2579])
const postgresUnique = '23505'

/** Whether a write was refused because a row with the same key is already there; the same question on both databases. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('errcode' in error) return sqliteUnique.has(Number(error.errcode))
  return 'code' in error && error.code === postgresUnique
}

/** A refusal that tells the caller to come back in a second. */
export function unavailable(message: string, cause?: unknown): Failure {
  const failure = new Failure('unavailable', message, { retryAfterSeconds: 1 })
  if (cause !== undefined) failure.cause = cause
  return failure
}

/** Reports an outage once when it begins and once when it has passed, however many transactions it refused. */
export class OutageReport {
  readonly #log: { error(details: object, message: string): void; info(message: string): void }
  #out = false

  constructor(log: { error(details: object, message: string): void; info(message: string): void }) {
    this.#log = log
  }

  begin(cause: unknown): void {
    if (this.#out) return
    this.#out = true
    this.#log.error({ err: cause }, 'the database does not answer; writes are refused until it does')
  }

  end(): void {
    if (!this.#out) return
    this.#out = false
    this.#log.info('the database answers again')
  }
}

/**
 * Somebody else was faster: what a transaction had read before it got its locks is no longer so. The store runs the
 * function again.
 */
export class LostRace extends Error {
  readonly code = '40001'

  constructor(options?: ErrorOptions) {
    super('Another transaction was faster.', options)
    this.name = 'LostRace'
  }
}
