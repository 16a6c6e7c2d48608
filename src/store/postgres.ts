import pg from 'pg'
import { Failure } from '../kernel/failure.ts'
import type { Log } from '../kernel/log.ts'
import { bind, postgresDialect, StatementCompiler } from './compiler.ts'
import type { Statement } from './statement.ts'
import { maxWaiting, type Reader, type Store, type StoreStatistics, type Tx } from './store.ts'
import type { ColumnType, RowOf, Table } from './table.ts'

/** Connections kept for traffic: two batches may be in flight at a time. */
const intakeConnections = 2
/** A transaction that lost a race is run again this often before its error is answered. */
const maxAttempts = 12
const retryable = new Set(['40001', '40P01'])
const unavailable = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '55P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
])

pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const compiler = new StatementCompiler(postgresDialect)

export interface PostgresOptions {
  /** Connections for everything but traffic. */
  poolSize: number
}

/** PostgreSQL, READ COMMITTED, with named and pipelined statements. Any number of nodes may share it. */
export class PostgresStore implements Store {
  readonly dialect = 'postgres'
  readonly read: Reader
  readonly statistics: StoreStatistics = { waiting: 0, transactions: 0, commits: 0, retries: 0, commitSeconds: 0 }
  readonly #pool: pg.Pool
  readonly #intake: pg.Pool

  constructor(url: string, log: Log, options: PostgresOptions = { poolSize: 10 }) {
    this.#pool = openPool(url, options.poolSize, log)
    this.#intake = openPool(url, intakeConnections, log)
    this.read = new PostgresReader(this.#pool)
  }

  transact<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact(this.#pool, fn)
  }

  intake<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transact(this.#intake, fn)
  }

  /** Runs statements on one connection outside of any queue; for migrations. */
  async migrate(fn: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect()
    try {
      await fn(client)
    } finally {
      client.release()
    }
  }

  /** PostgreSQL reuses the space of deleted rows by itself (autovacuum); nothing to do at once. */
  async scrub(): Promise<void> {}

  async ping(): Promise<void> {
    await this.#pool.query('select 1')
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#intake.end()])
  }

  async #transact<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (pool.waitingCount >= maxWaiting) {
      throw new Failure('unavailable', 'Too many writes are waiting.', { retryAfterSeconds: 1 })
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(pool, fn)
      } catch (error) {
        const code = codeOf(error)
        if (retryable.has(code) && attempt < maxAttempts) {
          this.statistics.retries += 1
          await pause(attempt)
          continue
        }
        throw unavailable.has(code) || retryable.has(code) ? outage(error) : error
      }
    }
  }

  async #attempt<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>): Promise<T> {
    this.statistics.waiting = pool.waitingCount
    this.statistics.transactions += 1
    const client = await pool.connect()
    const tx = new PostgresTx(client)
    let broken: Error | undefined
    try {
      // Not awaited: BEGIN travels with the first statement. Should it fail, so does what follows it.
      const begun = client.query('begin')
      begun.catch(() => {})
      const value = await fn(tx)
      const started = performance.now()
      await client.query('commit')
      this.statistics.commits += 1
      this.statistics.commitSeconds += (performance.now() - started) / 1000
      return value
    } catch (error) {
      try {
        await client.query('rollback')
      } catch (cause) {
        broken = cause as Error
      }
      throw error
    } finally {
      tx.revoked = true
      client.release(broken)
    }
  }
}

class PostgresReader implements Reader {
  readonly dialect = 'postgres'
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    try {
      return (await this.#pool.query(query(statement, parameters))).rows as R[]
    } catch (error) {
      throw unavailable.has(codeOf(error)) ? outage(error) : error
    }
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0]
  }
}

class PostgresTx implements Tx {
  readonly dialect = 'postgres'
  readonly #client: pg.PoolClient
  revoked = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  async all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    return (await this.#query(query(statement, parameters))).rows as R[]
  }

  async get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0]
  }

  async run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number> {
    return (await this.#query(query(statement, parameters))).rowCount ?? 0
  }

  async insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number> {
    if (rows.length === 0) return 0
    const text = insertSql(table, onConflict)
    const values = columnsOf(table.columnNames, rows as readonly Record<string, unknown>[])
    return (await this.#query({ name: nameOf(text), text, values })).rowCount ?? 0
  }

  async update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number> {
    if (rows.length === 0) return 0
    const text = updateSql(table, by as readonly string[], set as readonly string[])
    const values = columnsOf([...set, ...by] as string[], rows as readonly Record<string, unknown>[])
    return (await this.#query({ name: nameOf(text), text, values })).rowCount ?? 0
  }

  #query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.revoked) throw new Error('The transaction is over; its handle was kept too long.')
    return this.#client.query(config)
  }
}

function openPool(url: string, max: number, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    pipeline: true,
    application_name: 'skein',
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    connectionTimeoutMillis: 10_000,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'a PostgreSQL connection was lost'))
  return pool
}

function query<P, R>(statement: Statement<P, R>, parameters: P): pg.QueryConfig {
  const compiled = compiler.compile(statement as Statement<never, unknown>)
  return { name: compiled.name, text: compiled.sql, values: bind(compiled, parameters as object, (list) => list) }
}

/** One array a column, so that one statement inserts or updates any number of rows. */
function columnsOf(names: readonly string[], rows: readonly Record<string, unknown>[]): unknown[] {
  return names.map((name) => rows.map((row) => row[name]))
}

const arrayTypes: Record<ColumnType, string> = {
  int: 'integer[]',
  'int?': 'integer[]',
  big: 'bigint[]',
  'big?': 'bigint[]',
  text: 'text[]',
  'text?': 'text[]',
}

function unnest(table: Table, names: readonly string[]): string {
  return names.map((name, at) => `$${at + 1}::${arrayTypes[table.columns[name] as ColumnType]}`).join(', ')
}

const texts = new Map<string, string>()

function insertSql(table: Table, onConflict: 'nothing' | undefined): string {
  const key = `insert ${table.name} ${onConflict ?? ''}`
  let text = texts.get(key)
  if (!text) {
    const names = table.columnNames.map(quote).join(', ')
    text = `insert into ${quote(table.name)} (${names}) select * from unnest(${unnest(table, table.columnNames)})`
    if (onConflict) text += ' on conflict do nothing'
    texts.set(key, text)
  }
  return text
}

function updateSql(table: Table, by: readonly string[], set: readonly string[]): string {
  const key = `update ${table.name} ${by.join()} ${set.join()}`
  let text = texts.get(key)
  if (!text) {
    const names = [...set, ...by]
    const assignments = set.map((name) => `${quote(name)} = new.${quote(name)}`).join(', ')
    const found = by.map((name) => `${quote(table.name)}.${quote(name)} = new.${quote(name)}`).join(' and ')
    text =
      `update ${quote(table.name)} set ${assignments} ` +
      `from unnest(${unnest(table, names)}) as new (${names.map(quote).join(', ')}) where ${found}`
    texts.set(key, text)
  }
  return text
}

const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (!name) {
    name = `b${names.size}`
    names.set(text, name)
  }
  return name
}

function quote(name: string): string {
  return `"${name}"`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function outage(cause: unknown): Failure {
  const failure = new Failure('unavailable', 'The database does not answer in time.', { retryAfterSeconds: 1 })
  failure.cause = cause
  return failure
}

/** A short random wait, longer after each attempt, so that two that collided do not collide again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(200, 5 * 2 ** attempt)))
}
