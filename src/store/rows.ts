import { sql } from 'kysely'
import { Parameter, type ParameterValue, type Statement } from './statement.ts'
import type { Reader } from './store.ts'
import type { Table } from './table.ts'

/** A row of any table. */
export type Row = Readonly<Record<string, string | number | null>>

/** How many rows a table has. */
export async function countRows(reader: Reader, table: Table): Promise<number> {
  const count = statementFor<{ n: number }>(
    `count_${table.name}`,
    () => sql`select count(*) as n from ${sql.table(table.name)}`,
  )
  return (await reader.get(count, {}))?.n ?? 0
}

/** All rows of a table in the order of its key, page by page, after those up to `position`. */
export async function* pagesOf(
  reader: Reader,
  table: Table,
  key: readonly string[],
  rowsPerPage: number,
  position?: readonly ParameterValue[],
): AsyncGenerator<readonly Row[]> {
  const first = pageStatement(table, key, false)
  const next = pageStatement(table, key, true)
  let after = position
  for (;;) {
    const parameters = Object.fromEntries((after ?? []).map((value, n) => [`key${n}`, value]))
    const page = await reader.all(after ? next : first, { ...parameters, limit: rowsPerPage })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (page.length < rowsPerPage || !last) return
    after = key.map((name) => last[name] ?? null)
  }
}

function pageStatement(table: Table, key: readonly string[], after: boolean): Statement<object, Row> {
  return statementFor(`${after ? 'next' : 'first'} ${table.name} ${table.columnNames.join()} ${key.join()}`, () => {
    const columns = sql.join(table.columnNames.map((name) => sql.ref(name)))
    const order = sql.join(key.map((name) => sql.ref(name)))
    const position = sql.join(key.map((_, n) => new Parameter(`key${n}`)))
    const where = after ? sql`where (${order}) > (${position})` : sql``
    return sql`select ${columns} from ${sql.table(table.name)} ${where} order by ${order} limit ${new Parameter('limit')}`
  })
}

const known = new Map<string, Statement<object, never>>()

/** Tables are described anew by each caller, but the same words must stay the same statement. */
function statementFor<R>(words: string, write: () => ReturnType<typeof sql>): Statement<object, R> {
  let statement = known.get(words)
  if (!statement) {
    statement = { name: `rows${known.size}`, build: (_, db) => ({ compile: () => write().compile(db) }) }
    known.set(words, statement)
  }
  return statement
}
