import type { DialectName } from './statement.ts'

/** Writes the parts of a schema that the two databases spell differently. */
export interface SchemaDialect {
  readonly name: DialectName
  /** 64-bit integers: epoch milliseconds and counters. */
  readonly big: string
  /** Ends a `create table`; small tables that are only ever found by their key need no second tree in SQLite. */
  readonly table: string
  readonly keyTable: string
}

const schemaDialects: Record<DialectName, SchemaDialect> = {
  sqlite: { name: 'sqlite', big: 'integer', table: 'strict', keyTable: 'strict, without rowid' },
  postgres: { name: 'postgres', big: 'bigint', table: '', keyTable: '' },
}

/** One step of the schema. Migrations are numbered by their place, append-only, one idea each. */
export interface Migration {
  readonly name: string
  statements(d: SchemaDialect): string[]
}

/** The statements of a migration as the database is to execute them. */
export function statementsFor(migration: Migration, name: DialectName): string[] {
  const statements = migration.statements(schemaDialects[name])
  return name === 'postgres' ? statements.map(compareBytes) : statements
}

/**
 * Text columns compare by their bytes on PostgreSQL too: the order of SQLite, whatever the server's language, and indexes
 * that do not break when the operating system changes its idea of that language.
 */
function compareBytes(statement: string): string {
  if (!/^\s*(create|alter)\s+table\b/i.test(statement)) return statement
  return statement.replace(/([(,]\s*\w+|\badd\s+column\s+\w+) text\b(?! collate)/gi, '$1 text collate "C"')
}
