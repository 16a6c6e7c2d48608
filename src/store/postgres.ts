import pg from 'pg'
import type { Log } from '../kernel/log.ts'
import { isCollision, isLockTimeout, isPostgresOutage, isStale, isTimeLimit, postgresError } from './postgres-error.ts'
import { connectionOptions, openPool, whyLost } from './postgres-pool.ts'
import { PostgresStatistics } from './postgres-statistics.ts'
import { PostgresReader, PostgresTx } from './postgres-tx.ts'
import {
  maxWaiting,
  OutageReport,
  type Reader,
  type Store,
  type StoreStatistics,
  type Tx,
  unavailable,
} from './store.ts'
import { withoutPassword } from './url.ts'

/** Connections kept for traffic: two batches may be in flight at a time. */
const intakeConnections = 2
/** A transaction that lost a race is run again this often before its error is answered. */
const maxAttempts = 30
/**
 * And this often when time limits ended it. Twice the time for a lock outlasts whoever holds it and stands still, since the
 * database ends that one's transaction.
 */
const maxTimeLimits = 1

export interface PostgresOptions {
  /** Connections for everything but traffic. */
  poolSize: number
}

/** PostgreSQL, READ COMMITTED, with named and pipelined statements. Any number of nodes may share it. */
export class PostgresStore implements Store {
  readonly dialect = 'postgres'
  readonly read: Reader
  readonly #url: string
  readonly #pool: pg.Pool
  readonly #intake: pg.Pool
  readonly #outage: OutageReport
  readonly #tableStatistics: PostgresStatistics
  readonly #inFlight = new Set<Promise<unknown>>()
  readonly #counters = { transactions: 0, commits: 0, intakeCommits: 0, retries: 0, commitSeconds: 0 }
  #closing: Promise<void> | undefined

  constructor(url: string, log: Log, options: PostgresOptions = { poolSize: 10 }) {
    this.#url = url
    this.#outage = new OutageReport(log)
    this.#pool = openPool(url, options.poolSize, log)
    this.#intake = openPool(url, intakeConnections, log)
    this.#tableStatistics = new PostgresStatistics(this.#pool, log, performance.now())
    this.read = new PostgresReader(this.#pool)
  }

  get statistics(): StoreStatistics {
    return { ...this.#counters, waiting: this.#pool.waitingCount + this.#intake.waitingCount }
  }

  transact<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#accept(this.#pool, fn)
  }

  intake<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#accept(this.#intake, fn)
  }

  /** Runs statements on a connection of their own, without time-outs; for migrations. */
  async migrate(fn: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    const client = new pg.Client({ ...connectionOptions(this.#url), idle_in_transaction_session_timeout: 0 })
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      throw new Error(`PostgreSQL at ${withoutPassword(this.#url)} does not let us in: ${reasonOf(error)}.`, {
        cause: error,
      })
    }
    try {
      await fn(client)
    } finally {
      await client.end()
    }
  }

  /** PostgreSQL reuses the space of deleted rows by itself (autovacuum); nothing to do at once. */
  async scrub(): Promise<void> {}

  async ping(): Promise<void> {
    await this.#pool.query('select 1')
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // A pool that ends forgets those who wait for a connection, so they are served first.
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight)
    await this.#tableStatistics.idle()
    await Promise.all([this.#pool.end(), this.#intake.end()])
  }

  #accept<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(unavailable('The store is closed.'))
    if (pool.waitingCount >= maxWaiting) return Promise.reject(unavailable('Too many writes are waiting.'))
    const result = this.#transact(pool, fn)
    const settled: Promise<unknown> = result.then(
      () => this.#inFlight.delete(settled),
      () => this.#inFlight.delete(settled),
    )
    this.#inFlight.add(settled)
    return result
  }

  async #transact<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
    let timeLimits = 0
    for (let attempt = 1; ; attempt += 1) {
      const course = { mayBeSaved: false }
      try {
        const value = await this.#attempt(pool, fn, course)
        this.#outage.end()
        return value
      } catch (error) {
        const isOverdue = isTimeLimit(error) && !course.mayBeSaved && timeLimits < maxTimeLimits
        if (isOverdue) timeLimits += 1
        if (isOverdue || ((isCollision(error) || isStale(error)) && attempt < maxAttempts)) {
          this.#counters.retries += 1
          await pause(attempt)
          continue
        }
        if (isPostgresOutage(error)) this.#outage.begin(error)
        throw postgresError(error)
      }
    }
  }

  async #attempt<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>, course: { mayBeSaved: boolean }): Promise<T> {
    const client = await pool.connect()
    this.#counters.transactions += 1
    const tx = new PostgresTx(client)
    let unusable = false
    try {
      const value = await runFunction(tx, fn)
      const begun = performance.now()
      course.mayBeSaved = true
      await tx.commit()
      this.#counters.commits += 1
      const ended = performance.now()
      this.#counters.commitSeconds += (ended - begun) / 1000
      this.#tableStatistics.afterCommit(ended)
      return value
    } catch (error) {
      unusable = isStale(error) || isPostgresOutage(error) || !(await tx.rollback())
      // What is asked of a database that has hung up only fails; why it did, it has said before.
      const cause = whyLost(client) ?? error
      if (cause instanceof pg.DatabaseError) course.mayBeSaved = false
      throw cause
    } finally {
      client.release(unusable)
    }
  }
}

/** A failed statement decides over what the function made of it when it says to try again, or that nobody is there. */
async function runFunction<T>(tx: PostgresTx, fn: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    const value = await fn(tx)
    if (tx.failure) throw tx.failure.error
    return value
  } catch (error) {
    const cause = tx.failure?.error
    throw isCollision(cause) || isStale(cause) || isLockTimeout(cause) || isPostgresOutage(cause) ? cause : error
  } finally {
    tx.revoked = true
  }
}

/** Failing to reach any of several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return (error as Error).message
}

/**
 * A short wait, longer after each attempt, and random so that two that collided do not collide again. Never none: whoever won
 * needs a moment to take what the loser let go, and finds it taken again if the loser is back first.
 */
function pause(attempt: number): Promise<void> {
  const longest = Math.min(200, 5 * 2 ** attempt)
  return new Promise((resolve) => setTimeout(resolve, (longest * (1 + Math.random())) / 2))
}
