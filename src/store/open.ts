import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type pg from 'pg'
import type { Log } from '../kernel/log.ts'
import { schemaDialects } from './migration.ts'
import { migrations } from './migrations/index.ts'
import { PostgresStore } from './postgres.ts'
import { SqliteStore } from './sqlite.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import type { Store } from './store.ts'

export interface OpenOptions {
  log: Log
  /** Connections to PostgreSQL for everything but traffic. */
  poolSize?: number
}

/**
 * Opens the database that `url` names and brings its schema up to date: `sqlite:PATH`, `sqlite::memory:` or
 * `postgres://…`. Throws when the address is of no known form, when another process holds the file, or when the schema is
 * newer than this program.
 */
export async function openStore(url: string, options: OpenOptions): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const store = new PostgresStore(url, options.log, { poolSize: options.poolSize ?? 10 })
    try {
      await store.migrate(migratePostgres)
    } catch (error) {
      await store.close()
      throw error
    }
    return store
  }
  if (!url.startsWith('sqlite:'))
    throw new Error(`The database must be sqlite:PATH or postgres://…, not "${withoutPassword(url)}".`)
  const name = url.slice('sqlite:'.length)
  const path = name === ':memory:' ? name : resolve(name)
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const store = new SqliteStore(path, options.log)
  try {
    store.migrate(migrateSqlite)
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

/** For messages and logs. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:***@')
}

function migrateSqlite(connection: SqliteConnection): void {
  const db = connection.db
  db.exec('begin immediate')
  try {
    db.exec('create table if not exists migration (n integer not null primary key, name text not null) strict')
    const applied = db.prepare('select count(*) as n from migration').get() as { n: number }
    refuseNewer(applied.n)
    for (const [at, migration] of migrations.entries()) {
      if (at < applied.n) continue
      for (const statement of migration.statements(schemaDialects.sqlite)) db.exec(statement)
      db.prepare('insert into migration (n, name) values (?, ?)').run(at + 1, migration.name)
    }
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
  // What a process left in the log when it died is moved into the file, and the log emptied, before work begins.
  db.exec('pragma wal_checkpoint(truncate); pragma optimize')
}

async function migratePostgres(client: pg.PoolClient): Promise<void> {
  await client.query('begin')
  try {
    // Nodes that start together take turns: creating the table and locking it both wait for the first.
    await client.query("select pg_catalog.set_config('lock_timeout', '60s', true)")
    await createMigrationTable(client)
    await client.query('lock table migration in exclusive mode')
    const { rows } = await client.query('select count(*) as n from migration')
    const applied = Number(rows[0].n)
    refuseNewer(applied)
    for (const [at, migration] of migrations.entries()) {
      if (at < applied) continue
      for (const statement of migration.statements(schemaDialects.postgres)) await client.query(statement)
      await client.query('insert into migration (n, name) values ($1, $2)', [at + 1, migration.name])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** `create table if not exists` itself can collide when two nodes run it in the same instant; the loser looks again. */
async function createMigrationTable(client: pg.PoolClient): Promise<void> {
  await client.query('savepoint creation')
  try {
    await client.query('create table if not exists migration (n integer not null primary key, name text not null)')
  } catch (error) {
    if (!['23505', '42P07'].includes(String((error as { code?: string }).code))) throw error
    await client.query('rollback to savepoint creation')
  }
}

function refuseNewer(applied: number): void {
  if (applied > migrations.length) {
    throw new Error(
      `The database was written by a newer Skein (schema ${applied}, this program knows ${migrations.length}). Upgrade Skein.`,
    )
  }
}
