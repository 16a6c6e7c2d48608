import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../kernel/log.ts'
import { migratePostgres, migrateSqlite } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { PostgresStore } from './postgres.ts'
import { SqliteStore } from './sqlite.ts'
import type { Store } from './store.ts'
import { sqlitePath, withoutPassword } from './url.ts'

const inMemory = 'sqlite::memory:'
let newInMemory: Uint8Array | undefined

export interface OpenOptions {
  log: Log
  /** Connections to PostgreSQL for everything but traffic. */
  poolSize?: number
  /** Also open a database that `skein copy` has not finished; only for the copy itself. */
  unfinishedCopy?: boolean
  /** Throw rather than begin a new SQLite file. */
  existing?: boolean
}

/**
 * Opens the database that `url` names and brings its schema up to date: `sqlite:PATH`, `sqlite::memory:` or
 * `postgres://…`. Throws when the address is of no known form, when another process holds the file, or when the schema is
 * newer than this program.
 */
export async function openStore(url: string, options: OpenOptions): Promise<Store> {
  const unfinishedCopy = options.unfinishedCopy ?? false
  const store = openDatabase(url, options)
  try {
    if (url === inMemory) (store as SqliteStore).migrate(({ db }) => migrateInMemory(db))
    else if (store instanceof SqliteStore) store.migrate(({ db }) => migrateSqlite(db, { migrations, unfinishedCopy }))
    else await store.migrate((client) => migratePostgres(client, { migrations, unfinishedCopy }))
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

/** The second database in memory begins with what the first was when it was new: making a schema takes many times as long. */
function migrateInMemory(db: DatabaseSync): void {
  if (newInMemory === undefined) {
    migrateSqlite(db, { migrations, unfinishedCopy: false })
    newInMemory = db.serialize()
  } else db.deserialize(newInMemory)
}

function openDatabase(url: string, options: OpenOptions): SqliteStore | PostgresStore {
  if (/^postgres(ql)?:\/\//.test(url)) return new PostgresStore(url, options.log, { poolSize: options.poolSize ?? 10 })
  if (url === inMemory) return new SqliteStore(':memory:', options.log)
  const path = sqlitePath(url)
  if (!path) throw new Error(`The database must be sqlite:PATH or postgres://…, not "${withoutPassword(url)}".`)
  return new SqliteStore(prepareFile(path, options.existing ?? false), options.log)
}

/** Makes the folder and the file, readable by nobody else, and answers the path that every name of the file leads to. */
function prepareFile(path: string, existing: boolean): string {
  try {
    if (!existing) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, existing ? 'r+' : 'a', 0o600))
    return realpathSync(path)
  } catch (error) {
    throw new Error(`The database ${path} can not be written: ${(error as Error).message}.`, { cause: error })
  }
}
