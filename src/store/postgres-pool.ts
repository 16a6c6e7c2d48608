import pg from 'pg'
import type { Log } from '../kernel/log.ts'

/** What every connection of ours is opened with. Statements find their tables in the schema that the address chooses. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'skein',
    keepAlive: true,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser },
  }
}

export function openPool(url: string, max: number, log: Log): pg.Pool {
  // Without the time-out a server that fell off the network would hold the connection for as long as TCP is patient.
  const pool = new pg.Pool({ ...connectionOptions(url), max, pipeline: true, query_timeout: 30_000 })
  // A connection that breaks says so on itself, even while a transaction holds it; its statements fail as well.
  pool.on('connect', (client) => client.on('error', (error) => lost.has(client) || lost.set(client, error)))
  pool.on('error', (error) => log.warn({ err: error }, 'an idle PostgreSQL connection was lost'))
  return pool
}

const lost = new WeakMap<pg.ClientBase, Error>()

/** What a connection that is lost said first; undefined while it holds. */
export function whyLost(client: pg.ClientBase): Error | undefined {
  return lost.get(client)
}

/** Whole numbers, sums, and truth as SQLite answers them. */
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, parseNumber],
  [pg.types.builtins.NUMERIC, parseNumber],
  [pg.types.builtins.BOOL, (text) => (text === 't' ? 1 : 0)],
])

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return parsers.get(oid) ?? pg.types.getTypeParser(oid, format as 'text')
}

function parseNumber(text: string): number {
  const value = Number(text)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new RangeError(`${text} is too large for a number`)
  return value
}
