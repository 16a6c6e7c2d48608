import type { Failure } from '../kernel/failure.ts'
import type { Log } from '../kernel/log.ts'
import { LogSync, type SyncFile } from './log-sync.ts'
import { type Counters, type Job, refuseAll, runBatch } from './sqlite-batch.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { lockFile } from './sqlite-lock.ts'
import { SqliteReader } from './sqlite-tx.ts'
import {
  maxWaiting,
  OutageReport,
  type Reader,
  type Store,
  type StoreStatistics,
  type Tx,
  unavailable,
} from './store.ts'
import { WriteAheadLog, type WriteAheadLogOptions } from './write-ahead-log.ts'

/** Functions that share one commit at most. */
const maxBatch = 64
/** Free pages that one step of a scrub gives back; a step is short enough to stand between two batches. */
const pagesPerStep = 256

export interface SqliteOptions extends WriteAheadLogOptions {
  /** A scrub writes a file of at most this size anew; a larger one it only empties of free pages. */
  maxRebuildBytes?: number
  /** How the log is carried to the disk. */
  sync?: SyncFile
}

/**
 * SQLite in this process. One writer runs queued functions back to back in one transaction and answers them once its COMMIT is
 * on the disk, while the next transaction runs; readers of HTTP requests use a second connection that can only read.
 */
export class SqliteStore implements Store {
  readonly dialect = 'sqlite'
  readonly read: Reader
  readonly #log: Log
  readonly #outage: OutageReport
  readonly #maxRebuildBytes: number
  readonly #unlock: () => void
  readonly #writer: SqliteConnection
  readonly #reader: SqliteConnection
  /** Undefined for a database in memory. */
  readonly #wal: WriteAheadLog | undefined
  readonly #disk: LogSync | undefined
  readonly #queue: Job[] = []
  readonly #counters: Counters = {
    waiting: 0,
    transactions: 0,
    commits: 0,
    intakeCommits: 0,
    retries: 0,
    commitSeconds: 0,
  }
  #running = false
  #paused = false
  /** Settles when the batch in progress is over. */
  #idle: Promise<void> = Promise.resolve()
  #scrub: { running: Promise<void>; next?: Promise<void> } | undefined
  #closing: Promise<void> | undefined

  /** `path` is a file, or `:memory:` for a database that ends with the process. */
  constructor(path: string, log: Log, options: SqliteOptions = {}) {
    this.#log = log
    this.#outage = new OutageReport(log)
    this.#maxRebuildBytes = options.maxRebuildBytes ?? 256 * 1024 * 1024
    const inMemory = path === ':memory:'
    this.#unlock = inMemory ? () => {} : lockFile(path)
    try {
      this.#writer = openSqliteConnection(path, { readOnly: false })
      this.#reader = inMemory ? this.#writer : openSqliteConnection(path, { readOnly: true })
    } catch (error) {
      this.#unlock()
      throw new Error(`The database ${path} could not be opened: ${(error as Error).message}.`, { cause: error })
    }
    // In memory there is one connection, so a read waits for the batch in progress: it never sees what may be rolled back.
    this.read = new SqliteReader(this.#reader, inMemory ? () => this.#idle : undefined)
    this.#disk = inMemory ? undefined : new LogSync(`${path}-wal`, options.sync)
    this.#wal = inMemory ? undefined : new WriteAheadLog(path, this.#writer, log, options)
  }

  get statistics(): StoreStatistics {
    this.#counters.waiting = this.#queue.length
    return this.#counters
  }

  transact<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#accept(fn, false)
  }

  intake<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#accept(fn, true)
  }

  #accept<T>(fn: (tx: Tx) => Promise<T>, isIntake: boolean): Promise<T> {
    if (this.#disk?.lost) return Promise.reject(diskLost(this.#disk.lost))
    if (this.#closing) return Promise.reject(unavailable('The store is closed.'))
    if (this.#queue.length >= maxWaiting) return Promise.reject(unavailable('Too many writes are waiting.'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ fn, isIntake, resolve: resolve as (value: unknown) => void, reject })
      this.#schedule()
    })
  }

  /** Runs statements outside of any queue; only for migrations, before the store is handed out. */
  migrate(fn: (connection: SqliteConnection) => void): void {
    fn(this.#writer)
  }

  /**
   * Overwrites what deleted rows left behind, in the file and in its log; writes wait meanwhile, reads do not. Deleted cells
   * are zeroed at once (`secure_delete`), but when SQLite splits a page it leaves copies of the cells it moved, which only
   * writing the file anew removes; a file too large for that keeps such copies until `skein copy` moves it. Calls that come while one is at work share the next.
   */
  scrub(): Promise<void> {
    if (!this.#wal || this.#closing) return Promise.resolve()
    const current = this.#scrub
    if (!current) return this.#startScrub()
    current.next ??= current.running.catch(() => {}).then(() => this.#startScrub())
    return current.next
  }

  async ping(): Promise<void> {
    if (this.#disk?.lost) throw diskLost(this.#disk.lost)
    this.#reader.db.exec('select count(*) from sqlite_schema')
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#scrub?.running.catch(() => {})
    while (this.#running || this.#queue.length > 0) await this.#idle
    await this.#disk?.close()
    await this.#wal?.close()
    if (this.#reader !== this.#writer) this.#reader.close()
    // The last connection to close moves the log into the file and removes it.
    this.#writer.close()
    this.#unlock()
  }

  #schedule(): void {
    if (this.#running || this.#paused || this.#queue.length === 0) return
    this.#running = true
    // The check phase follows the poll phase: all requests that this turn of the event loop brought share the batch.
    this.#idle = new Promise<void>((done) => {
      setImmediate(() => void this.#turn().then(done))
    })
    void this.#idle.then(() => this.#schedule())
  }

  async #turn(): Promise<void> {
    const batch = this.#queue.splice(0, maxBatch)
    const { broken, wrote, answer } = await runBatch(this.#writer, batch, this.#counters)
    if (broken === undefined) this.#outage.end()
    else this.#outage.begin(broken)
    if (this.#disk) void this.#answerWhenDurable(batch, wrote ? this.#disk.durable() : this.#disk.settled(), answer)
    else answer()
    this.#wal?.afterBatch()
    this.#running = false
  }

  /**
   * The next batch runs meanwhile. What only read waits too: it may have found what is still on its way to the disk, and "that is
   * a duplicate" promises as much as "that is kept".
   */
  async #answerWhenDurable(batch: readonly Job[], durable: Promise<void>, answer: () => void): Promise<void> {
    const begun = performance.now()
    try {
      await durable
      this.#counters.commitSeconds += (performance.now() - begun) / 1000
      answer()
    } catch (error) {
      this.#outage.begin(error)
      refuseAll(batch, diskLost(error))
    }
  }

  #startScrub(): Promise<void> {
    const running = this.#scrubOnce().finally(() => {
      this.#scrub = undefined
    })
    this.#scrub = { running }
    return running
  }

  async #scrubOnce(): Promise<void> {
    const wal = this.#wal
    if (!wal || this.#closing) return
    if (this.#fileBytes() <= this.#maxRebuildBytes) return this.#rest(() => wal.rebuild())
    this.#log.info('the database is too large to be written anew while it serves; only its free pages are removed')
    while (this.#freePages() > 0) await this.#rest(async () => this.#removeFreePages())
    await this.#rest(() => wal.truncate())
  }

  /** Lets the batch in progress end, and keeps the next from beginning until `fn` is done. */
  async #rest(fn: () => Promise<void>): Promise<void> {
    this.#paused = true
    try {
      while (this.#running) await this.#idle
      await fn()
    } finally {
      this.#paused = false
      this.#schedule()
    }
  }

  /** Once all of the log is in the file. */
  #fileBytes(): number {
    const { bytes } = this.#writer.db
      .prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size')
      .get() as { bytes: number }
    return bytes
  }

  #freePages(): number {
    return (this.#writer.db.prepare('pragma freelist_count').get() as { freelist_count: number }).freelist_count
  }

  #removeFreePages(): void {
    this.#writer.db.exec(`pragma incremental_vacuum(${pagesPerStep})`)
  }
}

/** Whether what was written is there after all shows when the server has been started again. */
function diskLost(cause: unknown): Failure {
  return unavailable('The disk failed to keep what was written; the server has to be started again.', cause)
}
