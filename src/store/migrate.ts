import type { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'
import { type Migration, statementsFor } from './migration.ts'

/** Kept in the target while `skein copy` is at work; a server must not start on half an installation. */
export const copyProgressTable = 'copy_progress'

export interface MigrateOptions {
  migrations: readonly Migration[]
  /** Also work on a database that is being copied to; only for the copy itself. */
  unfinishedCopy: boolean
}

/** Brings the schema up to date in one transaction. Throws when the schema is newer than this program. */
export function migrateSqlite(db: DatabaseSync, options: MigrateOptions): void {
  db.exec('begin immediate')
  try {
    if (!options.unfinishedCopy) {
      const found = db.prepare('select 1 from sqlite_schema where name = ?').get(copyProgressTable)
      if (found) refuseUnfinishedCopy()
    }
    db.exec('create table if not exists migration (n integer not null primary key, name text not null) strict')
    const applied = db.prepare('select name from migration order by n').all() as { name: string }[]
    for (const [n, migration] of missing(applied, options.migrations)) {
      for (const statement of statementsFor(migration, 'sqlite')) db.exec(statement)
      db.prepare('insert into migration (n, name) values (?, ?)').run(n, migration.name)
    }
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
  // What a process left in the log when it died is moved into the file, and the log emptied, before work begins.
  db.exec('pragma wal_checkpoint(truncate); pragma optimize')
}

/** The same on PostgreSQL. Nodes that start together take turns. */
export async function migratePostgres(client: pg.ClientBase, options: MigrateOptions): Promise<void> {
  await refuseOtherEncodings(client)
  await client.query('begin isolation level read committed')
  try {
    // The first may have much to do.
    await client.query("select set_config('lock_timeout', '10min', true)")
    if (!options.unfinishedCopy) {
      const { rows } = await client.query('select to_regclass($1) is not null as found', [copyProgressTable])
      if (rows[0].found) refuseUnfinishedCopy()
    }
    await createMigrationTable(client)
    await client.query('lock table migration in exclusive mode')
    const { rows: applied } = await client.query<{ name: string }>('select name from migration order by n')
    for (const [n, migration] of missing(applied, options.migrations)) {
      // One message, since each would otherwise wait for the answer to the one before.
      await client.query(statementsFor(migration, 'postgres').join(';\n'))
      await client.query('insert into migration (n, name) values ($1, $2)', [n, migration.name])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

async function refuseOtherEncodings(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query('show server_encoding')
  const encoding = rows[0].server_encoding
  if (encoding !== 'UTF8') throw new Error(`The PostgreSQL database must be encoded in UTF8, not ${encoding}.`)
}

/** `create table if not exists` itself can collide when two nodes run it in the same instant; the loser looks again. */
async function createMigrationTable(client: pg.ClientBase): Promise<void> {
  await client.query('savepoint creation')
  try {
    await client.query(
      'create table if not exists migration (n integer not null primary key, name text collate "C" not null)',
    )
  } catch (error) {
    if (!['23505', '42P07'].includes(String((error as { code?: string }).code))) throw error
    await client.query('rollback to savepoint creation')
  }
}

/** What is still to be applied, each with its number. */
function missing(applied: readonly { name: string }[], migrations: readonly Migration[]): [number, Migration][] {
  if (applied.length > migrations.length) {
    throw new Error(
      `The database was written by a newer Skein (schema ${applied.length}, this program knows ${migrations.length}). Upgrade Skein.`,
    )
  }
  for (const [at, { name }] of applied.entries()) {
    const expected = migrations[at]?.name
    if (name !== expected) {
      throw new Error(`The database was written by another Skein: its migration ${at + 1} is ${name}, not ${expected}.`)
    }
  }
  return migrations.map((migration, at): [number, Migration] => [at + 1, migration]).slice(applied.length)
}

function refuseUnfinishedCopy(): never {
  throw new Error('An installation is being copied into this database. Run the same `skein copy` again to finish it.')
}
