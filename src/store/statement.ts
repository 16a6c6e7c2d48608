import type { Expression, Kysely, SqlBool } from 'kysely'

export type DialectName = 'sqlite' | 'postgres'

/** What differs between the two databases inside a statement that is otherwise written once. */
export interface Dialect {
  readonly name: DialectName
  /** `column` is one of the values of a list parameter, whatever its length. */
  among(column: string, list: readonly string[]): Expression<SqlBool>
  /** The same for lists of whole numbers. */
  amongNumbers(column: string, list: readonly number[]): Expression<SqlBool>
  /** Locks the selected rows until the transaction ends, where the database has row locks. */
  lock<Q>(query: Q): Q
  /** The same, leaving out rows that another transaction holds. */
  lockFree<Q>(query: Q): Q
}

export type ParameterValue = string | number | null | readonly string[] | readonly number[]

/** Stands for a value that is given at each execution. */
export class Parameter {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

interface Compilable {
  compile(): { sql: string; parameters: readonly unknown[] }
}

/** A statement of one room: written once with Kysely, compiled once for each database, executed with named parameters. */
export interface Statement<P, R> {
  readonly name: string
  readonly build: (dialect: Dialect, db: Kysely<never>) => Compilable
  readonly mayTakeLong?: boolean
  /** Never set; carries the types of the parameters and of a row. */
  readonly types?: { parameters: P; row: R }
}

export interface CompiledStatement {
  readonly name: string
  readonly sql: string
  /** In order of their place: a parameter to look up, or a constant that the query itself contains. */
  readonly bindings: readonly unknown[]
  /** False for what only reads, and so may run outside of a transaction. */
  readonly writes: boolean
  readonly mayTakeLong: boolean
}

export interface StatementOptions {
  /** It goes through any number of rows: its answer is waited for as long as it takes, where others are cut off. */
  mayTakeLong?: boolean
}

let count = 0

/**
 * Begins the statements of a room, whose tables are `T`:
 * `const statement = statements<Tables>()` and then
 * `statement<{ id: string }>()((db, p, dialect) => db.selectFrom('t').selectAll().where('id', '=', p.id))`.
 */
export function statements<T>() {
  return <P extends object>() =>
    <R>(
      build: (db: Kysely<T>, p: Readonly<Required<P>>, dialect: Dialect) => Compilable & { execute(): Promise<R[]> },
      { mayTakeLong = false }: StatementOptions = {},
    ): Statement<P, R> => {
      count += 1
      return {
        name: `s${count}`,
        build: (dialect, db) => build(db as unknown as Kysely<T>, parameters<P>(), dialect),
        mayTakeLong,
      }
    }
}

function parameters<P extends object>(): Readonly<Required<P>> {
  return new Proxy({} as Readonly<Required<P>>, { get: (_, name) => new Parameter(String(name)) })
}

export function compileStatement(
  statement: Statement<never, unknown>,
  dialect: Dialect,
  db: Kysely<never>,
): CompiledStatement {
  const { sql, parameters: bindings } = statement.build(dialect, db).compile()
  return { name: statement.name, sql, bindings, writes: !isQuery(sql), mayTakeLong: statement.mayTakeLong ?? false }
}

function isQuery(sql: string): boolean {
  return (
    /^\s*(select|with|values|explain)\b/i.test(sql) &&
    !/\b(insert\s+into|delete\s+from|update\s+"[^"]+"\s+set)\b/i.test(sql)
  )
}
