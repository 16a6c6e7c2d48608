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

export const schemaDialects: Record<DialectName, SchemaDialect> = {
  sqlite: { name: 'sqlite', big: 'integer', table: 'strict', keyTable: 'strict, without rowid' },
  postgres: { name: 'postgres', big: 'bigint', table: '', keyTable: '' },
}

/** One step of the schema. Migrations are numbered by their place, append-only, one idea each. */
export interface Migration {
  readonly name: string
  statements(d: SchemaDialect): string[]
}
