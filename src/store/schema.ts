import type { DialectName, Statement } from './statement.ts'
import type { Reader } from './store.ts'
import { type ColumnType, type Table, table } from './table.ts'

/** A table as the database itself describes it. */
export interface TableDescription {
  readonly table: Table
  /** Columns that no two rows share and that are never null. */
  readonly key: readonly string[]
  /** Tables that must be filled before this one. */
  readonly parents: readonly string[]
}

interface ColumnRow {
  table: string
  column: string
  type: string
  required: number
}

interface KeyRow {
  table: string
  index: string
  main: number
  column: string | null
}

interface ParentRow {
  table: string
  parent: string
}

/** Describes all tables, parents before their children. Search indexes that SQLite keeps as virtual tables are not among them. */
export async function describeTables(reader: Reader): Promise<TableDescription[]> {
  const { columns, keys, parents } = queries[reader.dialect]
  const columnRows = await reader.all(columns, {})
  const keyRows = await reader.all(keys, {})
  const parentRows = await reader.all(parents, {})
  const byTable = Object.groupBy(columnRows, (row) => row.table)
  const described = Object.entries(byTable).map(([name, found = []]): TableDescription => {
    const ofTable = (row: { table: string }) => row.table === name
    return {
      table: table(name, Object.fromEntries(found.map((row) => [row.column, typeOf(row)]))),
      key: keyOf(name, found, keyRows.filter(ofTable)),
      parents: [...new Set(parentRows.filter(ofTable).map((row) => row.parent))],
    }
  })
  return parentsFirst(described.toSorted((a, b) => (a.table.name < b.table.name ? -1 : 1)))
}

function typeOf({ table, column, type, required }: ColumnRow): ColumnType {
  const plain = type.toLowerCase()
  if (plain === 'text') return required ? 'text' : 'text?'
  if (plain === 'integer' || plain === 'bigint') return required ? 'big' : 'big?'
  throw new Error(`The column ${table}.${column} is of the type ${type}, which the two databases do not share.`)
}

/** The primary key, else the first unique index over columns that are never null. */
function keyOf(name: string, columns: readonly ColumnRow[], keys: readonly KeyRow[]): string[] {
  const required = new Set(columns.filter((row) => row.required).map((row) => row.column))
  const candidates = Object.values(Object.groupBy(keys, (row) => row.index))
    .map((rows = []) => rows)
    .filter((rows) => rows.every((row) => row.column !== null && required.has(row.column)))
    .toSorted(([a], [b]) => Number(b?.main) - Number(a?.main) || ((a?.index ?? '') < (b?.index ?? '') ? -1 : 1))
  const key = candidates[0]?.map((row) => row.column as string)
  if (!key) throw new Error(`The table ${name} has no key by which its rows could be told apart.`)
  return key
}

function parentsFirst(described: readonly TableDescription[]): TableDescription[] {
  const ordered: TableDescription[] = []
  let waiting = described
  while (waiting.length > 0) {
    const names = new Set(waiting.map((one) => one.table.name))
    const ready = waiting.filter((one) => !one.parents.some((parent) => names.has(parent) && parent !== one.table.name))
    if (ready.length === 0) throw new Error(`The tables ${[...names].join(', ')} refer to each other in a circle.`)
    ordered.push(...ready)
    waiting = waiting.filter((one) => !ready.includes(one))
  }
  return ordered
}

interface Queries {
  columns: Statement<object, ColumnRow>
  keys: Statement<object, KeyRow>
  parents: Statement<object, ParentRow>
}

const sqliteTables = `pragma_table_list as t where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'`

const queries: Record<DialectName, Queries> = {
  sqlite: {
    columns: query(
      'columns',
      `select t.name as "table", c.name as "column", c.type as type, c."notnull" as required
       from (select t.name from ${sqliteTables}) as t, pragma_table_info(t.name) as c order by t.name, c.cid`,
    ),
    keys: query(
      'keys',
      `select t.name as "table", 'primary key' as "index", 1 as main, c.name as "column", c.pk as place
       from (select t.name from ${sqliteTables}) as t, pragma_table_info(t.name) as c where c.pk > 0
       union all
       select t.name, i.name, 0, c.name, c.seqno
       from (select t.name from ${sqliteTables}) as t, pragma_index_list(t.name) as i, pragma_index_info(i.name) as c
       where i."unique" = 1 and i.partial = 0 and i.origin <> 'pk' order by 1, 2, 5`,
    ),
    parents: query(
      'parents',
      `select t.name as "table", f."table" as parent
       from (select t.name from ${sqliteTables}) as t, pragma_foreign_key_list(t.name) as f order by 1, 2`,
    ),
  },
  postgres: {
    columns: query(
      'columns',
      `select c.table_name as "table", c.column_name as "column", c.data_type as type, c.is_nullable = 'NO' as required
       from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name)
       where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' order by c.table_name, c.ordinal_position`,
    ),
    keys: query(
      'keys',
      `select t.relname as "table", i.relname as "index", x.indisprimary as main, a.attname as "column"
       from pg_index as x
       join pg_class as t on t.oid = x.indrelid
       join pg_class as i on i.oid = x.indexrelid
       cross join lateral unnest(x.indkey::int2[]) with ordinality as place (number, n)
       left join pg_attribute as a on a.attrelid = t.oid and a.attnum = place.number and place.number > 0
       where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r' and x.indisunique and x.indpred is null
       order by 1, 2, place.n`,
    ),
    parents: query(
      'parents',
      `select t.relname as "table", p.relname as parent
       from pg_constraint as f join pg_class as t on t.oid = f.conrelid join pg_class as p on p.oid = f.confrelid
       where t.relnamespace = current_schema()::regnamespace and f.contype = 'f' order by 1, 2`,
    ),
  },
}

function query<R>(name: string, sql: string): Statement<object, R> {
  return { name: `schema_${name}`, build: () => ({ compile: () => ({ sql, parameters: [] }) }) }
}
