import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { Failure } from '../kernel/failure.ts'
import type { Log } from '../kernel/log.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { lockFile } from './sqlite-lock.ts'
import type { Statement } from './statement.ts'
import { maxWaiting, type Reader, type Store, type StoreStatistics, type Tx } from './store.ts'
import type { RowOf, Table } from './table.ts'

/** Functions that share one commit at most. */
const maxBatch = 64
/** Commits after which the checkpoint worker is asked to move the log into the file. */
const commitsPerCheckpoint = 256
/** A log larger than this is checkpointed by the writer itself, so that it starts over. */
const maxWalBytes = 256 * 1024 * 1024

interface Job {
  fn: (tx: Tx) => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown }

const stalled = Symbol('stalled')

/**
 * SQLite in this process. One writer runs queued functions back to back in one transaction and answers them after its
 * COMMIT; readers of HTTP requests use a second connection that can only read.
 */
export class SqliteStore implements Store {
  readonly dialect = 'sqlite'
  readonly read: Reader
  readonly statistics: StoreStatistics = { waiting: 0, transactions: 0, commits: 0, retries: 0, commitSeconds: 0 }
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  readonly #path: string
  readonly #log: Log
  readonly #unlock: () => void
  readonly #checkpointer: Worker | undefined
  readonly #queue: Job[] = []
  #running = false
  #idle: Promise<void> = Promise.resolve()
  #commitsSinceCheckpoint = 0
  #closed = false

  /** `path` is a file, or `:memory:` for a database that ends with the process. */
  constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
    const inMemory = path === ':memory:'
    this.#unlock = inMemory ? () => {} : lockFile(path)
    this.#writer = openSqliteConnection(path, { readOnly: false })
    this.#reader = inMemory ? this.#writer : openSqliteConnection(path, { readOnly: true })
    // In memory there is one connection, so a read waits for the batch in progress: it never sees what may be rolled back.
    this.read = new SqliteReader(this.#reader, inMemory ? () => this.#idle : undefined)
    this.#checkpointer = inMemory ? undefined : startCheckpointer(path, log)
  }

  transact<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed)
      return Promise.reject(new Failure('unavailable', 'The store is closed.', { retryAfterSeconds: 1 }))
    if (this.#queue.length >= maxWaiting) {
      return Promise.reject(new Failure('unavailable', 'Too many writes are waiting.', { retryAfterSeconds: 1 }))
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ fn, resolve: resolve as (value: unknown) => void, reject })
      this.statistics.waiting = this.#queue.length
      this.#schedule()
    })
  }

  intake<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transact(fn)
  }

  /** Runs statements outside of any queue; only for migrations, before the store is handed out. */
  migrate(fn: (connection: SqliteConnection) => void): void {
    fn(this.#writer)
  }

  async scrub(): Promise<void> {
    await this.#drained()
    if (this.#path === ':memory:') return
    this.#writer.db.exec('pragma incremental_vacuum; pragma wal_checkpoint(truncate)')
  }

  async ping(): Promise<void> {
    this.#reader.db.exec('select 1')
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#drained()
    await this.#checkpointer?.terminate()
    if (this.#reader !== this.#writer) this.#reader.close()
    if (this.#path !== ':memory:') this.#writer.db.exec('pragma wal_checkpoint(truncate)')
    this.#writer.close()
    this.#unlock()
  }

  #schedule(): void {
    if (this.#running) return
    this.#running = true
    // The check phase follows the poll phase: all requests that this turn of the event loop brought share the batch.
    this.#idle = new Promise<void>((done) => {
      setImmediate(() => void this.#runBatch(this.#queue.splice(0, maxBatch)).finally(() => this.#finish(done)))
    })
  }

  #finish(done: () => void): void {
    this.#running = false
    this.statistics.waiting = this.#queue.length
    done()
    if (this.#queue.length > 0) this.#schedule()
    else if (this.#path !== ':memory:') this.#checkpoint()
  }

  async #drained(): Promise<void> {
    while (this.#running || this.#queue.length > 0) await this.#idle
  }

  /** One BEGIN … COMMIT. A function that fails after its first write, or that stalls, is taken out and the others run again. */
  async #runBatch(batch: Job[]): Promise<void> {
    let jobs = batch
    while (jobs.length > 0) {
      const outcomes = new Map<Job, Outcome>()
      const failed = await this.#attempt(jobs, outcomes)
      if (!failed) {
        for (const job of jobs) settle(job, outcomes.get(job) as Outcome)
        return
      }
      this.statistics.retries += 1
      if (failed.job) {
        failed.job.reject(failed.error)
        jobs = jobs.filter((job) => job !== failed.job)
      } else {
        for (const job of jobs) job.reject(failed.error)
        return
      }
    }
  }

  /** Answers undefined after a COMMIT, else what failed; without a job it was the transaction itself. */
  async #attempt(jobs: Job[], outcomes: Map<Job, Outcome>): Promise<{ job?: Job; error: unknown } | undefined> {
    const db = this.#writer.db
    let immediate: NodeJS.Immediate | undefined
    const stall = new Promise<typeof stalled>((resolve) => {
      immediate = setImmediate(() => resolve(stalled))
    })
    try {
      db.exec('begin immediate')
      for (const job of jobs) {
        const tx = new SqliteTx(this.#writer)
        this.statistics.transactions += 1
        try {
          const value = await Promise.race([job.fn(tx), stall])
          if (value === stalled) return { job, error: new StallError() }
          outcomes.set(job, { ok: true, value })
        } catch (error) {
          // SQLite rolls back by itself when the disk is full or fails, so look at the connection too.
          if (tx.wrote || !db.isTransaction) return { job, error }
          outcomes.set(job, { ok: false, error })
        } finally {
          tx.revoked = true
        }
      }
      const begun = performance.now()
      db.exec('commit')
      this.statistics.commits += 1
      this.statistics.commitSeconds += (performance.now() - begun) / 1000
      this.#commitsSinceCheckpoint += 1
      return undefined
    } catch (error) {
      return { error }
    } finally {
      clearImmediate(immediate)
      if (db.isTransaction) db.exec('rollback')
    }
  }

  #checkpoint(): void {
    if (this.#commitsSinceCheckpoint < commitsPerCheckpoint) return
    this.#commitsSinceCheckpoint = 0
    if (walBytes(this.#path) > maxWalBytes) {
      this.#log.debug('the write-ahead log has grown large; the writer starts it over')
      this.#writer.db.exec('pragma wal_checkpoint(restart)')
    } else {
      this.#checkpointer?.postMessage('checkpoint')
    }
  }
}

class SqliteReader implements Reader {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  readonly #ready: (() => Promise<void>) | undefined

  constructor(connection: SqliteConnection, ready: (() => Promise<void>) | undefined) {
    this.#connection = connection
    this.#ready = ready
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    if (this.#ready) await this.#ready()
    return this.#connection.all(statement, parameters)
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    if (this.#ready) await this.#ready()
    return this.#connection.get(statement, parameters)
  }
}

class SqliteTx implements Tx {
  readonly dialect = 'sqlite'
  readonly #connection: SqliteConnection
  /** True once a write was tried: then a failure must undo the whole batch. */
  wrote = false
  revoked = false

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    this.#check()
    return this.#connection.all(statement, parameters)
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    this.#check()
    return this.#connection.get(statement, parameters)
  }

  async run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number> {
    this.#checkWrite()
    return this.#connection.run(statement, parameters)
  }

  async insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number> {
    this.#checkWrite()
    return this.#connection.insert(table, rows, onConflict)
  }

  async update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number> {
    this.#checkWrite()
    return this.#connection.update(table, by as readonly string[], set as readonly string[], rows as never)
  }

  #check(): void {
    if (this.revoked) throw new Error('The transaction is over; its handle was kept too long.')
  }

  #checkWrite(): void {
    this.#check()
    this.wrote = true
  }
}

class StallError extends Error {
  constructor() {
    super('A transaction waited for something other than the store, and was undone.')
    this.name = 'StallError'
  }
}

function settle(job: Job, outcome: Outcome): void {
  if (outcome.ok) job.resolve(outcome.value)
  else job.reject(outcome.error)
}

function walBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

function startCheckpointer(path: string, log: Log): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./sqlite-checkpointer.${extension}`, import.meta.url), { workerData: { path } })
  worker.unref()
  worker.on('error', (error) => log.error({ err: error }, 'the checkpoint worker failed; the writer will checkpoint'))
  return worker
}
