import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { bind, StatementCompiler, sqliteDialect } from './compiler.ts'
import type { Statement } from './statement.ts'
import type { RowOf, Table } from './table.ts'

type Value = string | number | null

/** Rows a multi-row INSERT takes at once; each size is compiled once. */
const insertSizes = [64, 16, 4, 1] as const

/** One connection with its statement cache. Everything here is synchronous; rows and texts are SQLite's own. */
export class SqliteConnection {
  readonly db: DatabaseSync
  readonly #compiler = new StatementCompiler(sqliteDialect)
  readonly #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.db = db
  }

  all<P, R>(statement: Statement<P, R>, parameters: P): R[] {
    const compiled = this.#compiler.compile(statement as Statement<never, unknown>)
    return this.#prepare(compiled.sql).all(...this.#values(compiled, parameters)) as R[]
  }

  get<P, R>(statement: Statement<P, R>, parameters: P): R | undefined {
    const compiled = this.#compiler.compile(statement as Statement<never, unknown>)
    return this.#prepare(compiled.sql).get(...this.#values(compiled, parameters)) as R | undefined
  }

  run<P, R>(statement: Statement<P, R>, parameters: P): number {
    const compiled = this.#compiler.compile(statement as Statement<never, unknown>)
    return Number(this.#prepare(compiled.sql).run(...this.#values(compiled, parameters)).changes)
  }

  insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): number {
    let inserted = 0
    let at = 0
    for (const size of insertSizes) {
      while (rows.length - at >= size) {
        const chunk = rows.slice(at, at + size) as Record<string, Value>[]
        const values = chunk.flatMap((row) => table.columnNames.map((name) => row[name] as Value))
        inserted += Number(this.#prepare(insertSql(table, size, onConflict)).run(...values).changes)
        at += size
      }
    }
    return inserted
  }

  update(table: Table, by: readonly string[], set: readonly string[], rows: readonly Record<string, Value>[]): number {
    const statement = this.#prepare(updateSql(table, by, set))
    let changed = 0
    for (const row of rows) {
      const values = [...set, ...by].map((name) => row[name] as Value)
      changed += Number(statement.run(...values).changes)
    }
    return changed
  }

  #values(compiled: { bindings: readonly unknown[] }, parameters: unknown): Value[] {
    return bind(compiled as never, parameters as object, (list) => JSON.stringify(list)) as Value[]
  }

  #prepare(sql: string): StatementSync {
    let prepared = this.#prepared.get(sql)
    if (!prepared) {
      prepared = this.db.prepare(sql)
      this.#prepared.set(sql, prepared)
    }
    return prepared
  }

  close(): void {
    this.#prepared.clear()
    this.db.close()
  }
}

export interface OpenSqliteOptions {
  readOnly: boolean
}

/** Opens a database file with the settings that every connection of ours needs. */
export function openSqliteConnection(path: string, options: OpenSqliteOptions): SqliteConnection {
  const db = new DatabaseSync(path, { readOnly: options.readOnly, timeout: 5_000, enableForeignKeyConstraints: true })
  if (options.readOnly) db.exec('pragma query_only = on')
  else
    db.exec(`
      pragma auto_vacuum = incremental;
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma secure_delete = on;
      pragma wal_autocheckpoint = 0;
    `)
  db.exec('pragma cache_size = -65536; pragma temp_store = memory; pragma mmap_size = 268435456')
  return new SqliteConnection(db)
}

const insertTexts = new Map<Table, Map<string, string>>()

function insertSql(table: Table, size: number, onConflict: 'nothing' | undefined): string {
  let texts = insertTexts.get(table)
  if (!texts) {
    texts = new Map()
    insertTexts.set(table, texts)
  }
  const key = `${size}${onConflict ?? ''}`
  let text = texts.get(key)
  if (!text) {
    const row = `(${table.columnNames.map(() => '?').join(', ')})`
    text = `insert into ${quote(table.name)} (${table.columnNames.map(quote).join(', ')}) values ${Array(size).fill(row).join(', ')}`
    if (onConflict) text += ' on conflict do nothing'
    texts.set(key, text)
  }
  return text
}

function updateSql(table: Table, by: readonly string[], set: readonly string[]): string {
  const assignments = set.map((name) => `${quote(name)} = ?`).join(', ')
  return `update ${quote(table.name)} set ${assignments} where ${by.map((name) => `${quote(name)} = ?`).join(' and ')}`
}

function quote(name: string): string {
  return `"${name}"`
}
