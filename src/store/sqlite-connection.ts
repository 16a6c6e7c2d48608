import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { bind, StatementCompiler, sqliteDialect } from './compiler.ts'
import type { CompiledStatement, Statement } from './statement.ts'
import { type RowOf, type Table, TableTexts } from './table.ts'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** A prepared statement that answers rows, and the names of their columns. */
interface Query {
  prepared: StatementSync
  names: readonly string[]
}

/** Rows a multi-row INSERT takes at once; each size is compiled once. */
const insertSizes = [64, 16, 4, 1] as const

/** One connection with its statement cache. Everything here is synchronous; rows and texts are SQLite's own. */
export class SqliteConnection {
  readonly db: DatabaseSync
  readonly #compiler = new StatementCompiler(sqliteDialect)
  readonly #prepared = new Map<string, StatementSync>()
  readonly #queries = new Map<CompiledStatement, Query>()

  constructor(db: DatabaseSync) {
    this.db = db
  }

  /** Whether the statement changes anything, and so needs a transaction. */
  writes<P, R>(statement: Statement<P, R>): boolean {
    return this.#compile(statement).writes
  }

  all<P, R>(statement: Statement<P, R>, parameters: P): R[] {
    const compiled = this.#compile(statement)
    const { prepared, names } = this.#query(compiled)
    const rows = prepared.all(...valuesOf(compiled, parameters)) as unknown as Value[][]
    return rows.map((row) => namedRow(names, row)) as R[]
  }

  get<P, R>(statement: Statement<P, R>, parameters: P): R | undefined {
    const compiled = this.#compile(statement)
    const { prepared, names } = this.#query(compiled)
    const row = prepared.get(...valuesOf(compiled, parameters)) as unknown as Value[] | undefined
    return row && (namedRow(names, row) as R)
  }

  run<P, R>(statement: Statement<P, R>, parameters: P): number {
    const compiled = this.#compile(statement)
    return Number(this.#prepare(compiled.sql).run(...valuesOf(compiled, parameters)).changes)
  }

  insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): number {
    let inserted = 0
    let at = 0
    for (const size of insertSizes) {
      while (rows.length - at >= size) {
        const values: Value[] = []
        for (let row = at; row < at + size; row += 1) pushValues(values, rows[row] as Row, table.columnNames)
        inserted += Number(this.#prepare(insertSql(table, size, onConflict)).run(...values).changes)
        at += size
      }
    }
    return inserted
  }

  update(table: Table, by: readonly string[], set: readonly string[], rows: readonly Row[]): number {
    const statement = this.#prepare(updateSql(table, by, set))
    let changed = 0
    for (const row of rows) {
      const values: Value[] = []
      pushValues(values, row, set)
      pushValues(values, row, by)
      changed += Number(statement.run(...values).changes)
    }
    return changed
  }

  /** How many statements are kept prepared. */
  get preparedCount(): number {
    return this.#prepared.size + this.#queries.size
  }

  #compile<P, R>(statement: Statement<P, R>): CompiledStatement {
    return this.#compiler.compile(statement as Statement<never, unknown>)
  }

  /** Rows come as arrays: the driver's own objects are dictionaries, which are slow to make and to read. */
  #query(compiled: CompiledStatement): Query {
    let query = this.#queries.get(compiled)
    if (!query) {
      const prepared = this.db.prepare(compiled.sql)
      prepared.setReturnArrays(true)
      query = { prepared, names: asKeys(prepared.columns().map(({ name }) => name)) }
      this.#queries.set(compiled, query)
    }
    return query
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
    this.#queries.clear()
    this.db.close()
  }
}

/**
 * Pages are read from the mapped file, so that a larger cache wins nothing; and a commit in which a page was split looks
 * through all of it, which at four times this size was a tenth of the time of a message.
 */
const cacheKiB = 16_384

export interface OpenSqliteOptions {
  readOnly: boolean
}

/** Opens a database file with the settings that every connection of ours needs. Its commits are on the disk once `LogSync` says so. */
export function openSqliteConnection(path: string, options: OpenSqliteOptions): SqliteConnection {
  const db = new DatabaseSync(path, { readOnly: options.readOnly, timeout: 1_000, enableForeignKeyConstraints: true })
  if (options.readOnly) db.exec('pragma query_only = on')
  else
    db.exec(`
      pragma auto_vacuum = incremental;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma secure_delete = on;
      pragma wal_autocheckpoint = 0;
    `)
  db.exec(`pragma cache_size = -${cacheKiB}; pragma temp_store = memory; pragma mmap_size = 268435456`)
  return new SqliteConnection(db)
}

function valuesOf(compiled: CompiledStatement, parameters: unknown): Value[] {
  return bind(compiled, parameters as object, (list) => JSON.stringify(list)) as Value[]
}

/** The same names as the engine keeps for keys of objects: any other text is looked up among those each time it is used as one. */
function asKeys(names: readonly string[]): string[] {
  return names.map((name) => Object.keys({ [name]: null })[0] as string)
}

function namedRow(names: readonly string[], values: readonly Value[]): Row {
  const row: Record<string, Value> = {}
  for (let at = 0; at < names.length; at += 1) row[names[at] as string] = values[at] as Value
  return row
}

function pushValues(values: Value[], row: Row, names: readonly string[]): void {
  for (const name of names) {
    const value = row[name]
    // The driver would take it for null.
    if (value === undefined) throw new Error(`Broken assumption: a row has its column "${name}"`)
    values.push(value)
  }
}

const texts = new TableTexts<string>()

function insertSql(table: Table, size: number, onConflict: 'nothing' | undefined): string {
  return texts.remember(table, `insert ${size} ${onConflict ?? ''}`, () => {
    const row = `(${table.columnNames.map(() => '?').join(', ')})`
    const names = table.columnNames.map(quote).join(', ')
    const into = `into ${quote(table.name)} (${names}) values ${Array(size).fill(row).join(', ')}`
    // FAIL, as a failure undoes the whole transaction: SQLite then need not be able to undo the statement alone.
    return onConflict ? `insert ${into} on conflict do nothing` : `insert or fail ${into}`
  })
}

function updateSql(table: Table, by: readonly string[], set: readonly string[]): string {
  return texts.remember(table, `update ${by.join()} ${set.join()}`, () => {
    const assignments = set.map((name) => `${quote(name)} = ?`).join(', ')
    const found = by.map((name) => `${quote(name)} = ?`).join(' and ')
    return `update ${quote(table.name)} set ${assignments} where ${found}`
  })
}

function quote(name: string): string {
  return `"${name}"`
}
