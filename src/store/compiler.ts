import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import { assert } from '../kernel/assert.ts'
import {
  type CompiledStatement,
  compileStatement,
  type Dialect,
  Parameter,
  type ParameterValue,
  type Statement,
} from './statement.ts'

interface Lockable {
  forUpdate(): { skipLocked(): unknown }
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  among: (column, list) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`,
  amongNumbers: (column, list) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`,
  lock: (query) => query,
  lockFree: (query) => query,
}

export const postgresDialect: Dialect = {
  name: 'postgres',
  among: (column, list) => sql<boolean>`${sql.ref(column)} = any(${list}::text[])`,
  amongNumbers: (column, list) => sql<boolean>`${sql.ref(column)} = any(${list}::bigint[])`,
  lock: <Q>(query: Q) => (query as Lockable).forUpdate() as Q,
  lockFree: <Q>(query: Q) => (query as Lockable).forUpdate().skipLocked() as Q,
}

const sqliteCompiler = new Kysely<never>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

const postgresCompiler = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** Statements are declared once, at the top of a module. More than this means that somebody makes them while serving. */
const maxStatements = 5_000

/** What was compiled for each kind of database: the connections of a process share it. */
const compiledFor = {
  sqlite: new WeakMap<Statement<never, unknown>, CompiledStatement>(),
  postgres: new WeakMap<Statement<never, unknown>, CompiledStatement>(),
}

/** Compiles each statement once for its kind of database; Kysely runs nothing here, it only writes the SQL. */
export class StatementCompiler {
  readonly dialect: Dialect
  readonly #compiled = new Map<unknown, CompiledStatement>()

  constructor(dialect: Dialect) {
    this.dialect = dialect
  }

  compile(statement: Statement<never, unknown>): CompiledStatement {
    let compiled = this.#compiled.get(statement)
    if (!compiled) {
      assert(this.#compiled.size < maxStatements, 'statements are declared once and not made for every call')
      compiled = compileOnce(statement, this.dialect)
      this.#compiled.set(statement, compiled)
    }
    return compiled
  }
}

function compileOnce(statement: Statement<never, unknown>, dialect: Dialect): CompiledStatement {
  const known = compiledFor[dialect.name]
  const compiled =
    known.get(statement) ??
    compileStatement(statement, dialect, dialect.name === 'sqlite' ? sqliteCompiler : postgresCompiler)
  known.set(statement, compiled)
  return compiled
}

/** The values of one execution, in order of their place; lists become what `encodeList` makes of them. */
export function bind(
  compiled: CompiledStatement,
  parameters: object,
  encodeList: (list: readonly unknown[]) => unknown,
): unknown[] {
  return compiled.bindings.map((binding) => {
    if (!(binding instanceof Parameter)) return binding
    const value = (parameters as Record<string, ParameterValue | undefined>)[binding.name]
    if (value === undefined) throw new Error(`Broken assumption: a statement is executed with "${binding.name}"`)
    return Array.isArray(value) ? encodeList(value) : value
  })
}
