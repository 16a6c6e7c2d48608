import type pg from 'pg'
import { bind, postgresDialect, StatementCompiler } from './compiler.ts'
import type { CompiledStatement, Statement } from './statement.ts'
import { type ColumnType, type Table, TableTexts } from './table.ts'

/** The driver reads the time that an answer may take from here, though its types do not say so. */
export interface Execution extends pg.QueryConfig {
  query_timeout?: number
}

type Row = Readonly<Record<string, unknown>>

const compiler = new StatementCompiler(postgresDialect)

export function compile<P, R>(statement: Statement<P, R>): CompiledStatement {
  return compiler.compile(statement as Statement<never, unknown>)
}

/** For what goes through any number of rows, in place of the time that connections have for all else; in milliseconds. */
const longMs = 24 * 60 * 60 * 1000

/** A named statement with its values; each connection prepares it once. */
export function executionOf<P>(compiled: CompiledStatement, parameters: P): Execution {
  const { name, sql, mayTakeLong } = compiled
  const values = bind(compiled, parameters as object, (list) => list)
  return { name, text: sql, values, ...(mayTakeLong ? { query_timeout: longMs } : {}) }
}

/** One statement for any number of rows: an array for each column. */
export function insertOf(table: Table, rows: readonly Row[], onConflict: 'nothing' | undefined): pg.QueryConfig {
  const text = remember(table, `insert ${onConflict ?? ''}`, () => {
    const names = table.columnNames.map(quote).join(', ')
    const insert = `insert into ${quote(table.name)} (${names}) select * from ${unnest(table, table.columnNames)}`
    return onConflict ? `${insert} on conflict do nothing` : insert
  })
  return { ...text, values: columnsOf(table.columnNames, rows) }
}

export function updateOf(
  table: Table,
  by: readonly string[],
  set: readonly string[],
  rows: readonly Row[],
): pg.QueryConfig {
  const names = [...set, ...by]
  const text = remember(table, `update ${by.join()} ${set.join()}`, () => {
    const assignments = set.map((name) => `${quote(name)} = new.${quote(name)}`).join(', ')
    const found = by.map((name) => `${quote(table.name)}.${quote(name)} = new.${quote(name)}`).join(' and ')
    const source = `${unnest(table, names)} as new (${names.map(quote).join(', ')})`
    return `update ${quote(table.name)} set ${assignments} from ${source} where ${found}`
  })
  return { ...text, values: columnsOf(names, rows) }
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
  const arrays = names.map((name, at) => `$${at + 1}::${arrayTypes[table.columns[name] as ColumnType]}`)
  return `unnest(${arrays.join(', ')})`
}

function columnsOf(names: readonly string[], rows: readonly Row[]): unknown[][] {
  return names.map((name) =>
    rows.map((row) => {
      const value = row[name]
      // The driver would take it for null.
      if (value === undefined) throw new Error(`Broken assumption: a row has its column "${name}"`)
      return value
    }),
  )
}

interface NamedText {
  name: string
  text: string
}

const texts = new TableTexts<NamedText>()
let named = 0

function remember(table: Table, key: string, write: () => string): NamedText {
  return texts.remember(table, key, () => {
    named += 1
    return { name: `b${named}`, text: write() }
  })
}

function quote(name: string): string {
  return `"${name}"`
}
