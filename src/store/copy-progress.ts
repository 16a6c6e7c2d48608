import { copyProgressTable } from './migrate.ts'
import { countRows, type Row } from './rows.ts'
import type { Statement } from './statement.ts'
import { statements } from './statement.ts'
import type { Reader, Store } from './store.ts'
import { type RowOf, type Table, table } from './table.ts'

/** How far a table has been copied. */
export interface TableProgress {
  /** The key of the last row that arrived, undefined before the first. */
  position: readonly (string | number | null)[] | undefined
  rows: number
}

const copyProgress = table(copyProgressTable, { name: 'text', position: 'text?', rows: 'big' })
const statement = statements<{ copy_progress: RowOf<typeof copyProgress> }>()
const progressByName = statement<{ name: string }>()((db, p) =>
  db.selectFrom('copy_progress').selectAll().where('name', '=', p.name),
)
const create = given(
  'copy_progress_create',
  `create table ${copyProgressTable} (name text not null primary key, position text, rows bigint not null)`,
)
const drop = given('copy_progress_drop', `drop table ${copyProgressTable}`)
const exists: Record<Reader['dialect'], Statement<object, { found: number }>> = {
  sqlite: given(
    'copy_progress_exists',
    `select count(*) as found from sqlite_schema where name = '${copyProgressTable}'`,
  ),
  postgres: given('copy_progress_exists', `select to_regclass('${copyProgressTable}') is not null as found`),
}

/** Begins a copy into an empty target, or goes on with one. Throws when the target holds data of another origin. */
export async function beginCopy(target: Store, tables: readonly Table[], address: string): Promise<void> {
  await target.transact(async (tx) => {
    const begun = await tx.get(exists[tx.dialect], {})
    if (begun?.found) return
    for (const table of tables) {
      if ((await countRows(tx, table)) > 0) {
        throw new Error(`${address} already holds data (in the table ${table.name}). Copy into an empty database.`)
      }
    }
    await tx.run(create, {})
    await tx.insert(
      copyProgress,
      tables.map(({ name }) => ({ name, position: null, rows: 0 })),
    )
  })
}

/** Where to go on with a table. */
export async function progressOf(reader: Reader, { name }: Table): Promise<TableProgress> {
  const found = await reader.get(progressByName, { name })
  if (!found)
    throw new Error(`The copy was begun by another Skein, which had no table ${name}. Empty the target first.`)
  return { position: found.position === null ? undefined : JSON.parse(found.position), rows: found.rows }
}

/** Saves rows together with the news that they have arrived. */
export async function saveChunk(
  target: Store,
  table: Table,
  rows: readonly Row[],
  progress: TableProgress,
): Promise<void> {
  const saved = { name: table.name, position: JSON.stringify(progress.position), rows: progress.rows }
  await target.transact(async (tx) => {
    await tx.insert(table, rows as never)
    await tx.update(copyProgress, ['name'], ['position', 'rows'], [saved])
  })
}

/** Makes the target an ordinary database. */
export async function endCopy(target: Store): Promise<void> {
  await target.transact((tx) => tx.run(drop, {}))
}

function given<R = unknown>(name: string, sql: string): Statement<object, R> {
  return { name, build: () => ({ compile: () => ({ sql, parameters: [] }) }) }
}
