import type { Log } from '../kernel/log.ts'
import { beginCopy, endCopy, progressOf, saveChunk } from './copy-progress.ts'
import { type Digest, digestRows, emptyDigest } from './digest.ts'
import { copyProgressTable } from './migrate.ts'
import { openStore } from './open.ts'
import { countRows, pagesOf, type Row } from './rows.ts'
import { describeTables, type TableDescription } from './schema.ts'
import type { Reader, Store } from './store.ts'
import { withoutPassword } from './url.ts'

export interface CopyOptions {
  /** Addresses as `SKEIN_DATABASE` takes them. No server may run on either. */
  from: string
  to: string
  log: Log
  onProgress?(progress: CopyProgress): void
  /** Rows that are read, and saved in one transaction, at a time. */
  rowsPerChunk?: number
}

export interface CopyProgress {
  step: 'copy' | 'verify'
  table: string
  /** Done so far, of all rows of the table. */
  rows: number
  total: number
}

export interface CopyResult {
  tables: { name: string; rows: number; checksum: string }[]
}

interface Copy extends CopyOptions {
  source: Store
  target: Store
  rowsPerChunk: number
}

/**
 * Moves a whole installation from one database to another, of whatever kinds, and proves that every row arrived. A copy that
 * was interrupted is continued by calling this again; no server starts on the target before it is complete. Throws when the
 * source holds nothing, when the target holds anything else, and when the two differ in the end, naming the table.
 */
export async function copyInstallation(options: CopyOptions): Promise<CopyResult> {
  const { from, to, log } = options
  const source = await openStore(from, { log, existing: true })
  try {
    const target = await openStore(to, { log, unfinishedCopy: true })
    try {
      return await copyAll({ rowsPerChunk: 500, ...options, source, target })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

async function copyAll(copy: Copy): Promise<CopyResult> {
  const tables = await installationTables(copy.source.read)
  await refuseMissingTables(copy, tables)
  const totals = new Map<string, number>()
  for (const { table } of tables) totals.set(table.name, await countRows(copy.source.read, table))
  if ([...totals.values()].every((total) => total === 0)) {
    throw new Error(`There is nothing to copy in ${withoutPassword(copy.from)}.`)
  }
  await beginCopy(
    copy.target,
    tables.map(({ table }) => table),
    withoutPassword(copy.to),
  )
  for (const description of tables) await copyTable(copy, description, totals.get(description.table.name) ?? 0)
  const result: CopyResult = { tables: [] }
  for (const description of tables) {
    const { rows, checksum } = await verifyTable(copy, description, totals.get(description.table.name) ?? 0)
    result.tables.push({ name: description.table.name, rows, checksum })
  }
  await endCopy(copy.target)
  copy.log.info({ tables: result.tables.length }, 'the installation was copied and verified')
  return result
}

/** All tables but the two that belong to a database and not to the installation in it. */
async function installationTables(reader: Reader): Promise<TableDescription[]> {
  const described = await describeTables(reader)
  return described.filter(({ table }) => table.name !== 'migration' && table.name !== copyProgressTable)
}

async function refuseMissingTables(copy: Copy, tables: readonly TableDescription[]): Promise<void> {
  const there = new Map((await installationTables(copy.target.read)).map(({ table }) => [table.name, table]))
  for (const { table } of tables) {
    const columns = new Set(there.get(table.name)?.columnNames)
    const missing = table.columnNames.find((name) => !columns.has(name))
    if (missing) throw new Error(`The target has no place for ${table.name}.${missing}.`)
  }
}

async function copyTable(copy: Copy, { table, key }: TableDescription, total: number): Promise<void> {
  const progress = await progressOf(copy.target.read, table)
  let { rows } = progress
  for await (const page of pagesOf(copy.source.read, table, key, copy.rowsPerChunk, progress.position)) {
    rows += page.length
    try {
      await saveChunk(copy.target, table, page, { position: keyOf(key, page.at(-1)), rows })
    } catch (cause) {
      throw new Error(`The table ${table.name} could not be copied: ${(cause as Error).message}`, { cause })
    }
    copy.onProgress?.({ step: 'copy', table: table.name, rows, total })
  }
}

async function verifyTable(copy: Copy, description: TableDescription, total: number): Promise<Digest> {
  const { name } = description.table
  const expected = await digestTable(copy.source.read, description, copy.rowsPerChunk)
  const actual = await digestTable(copy.target.read, description, copy.rowsPerChunk, (rows) =>
    copy.onProgress?.({ step: 'verify', table: name, rows, total }),
  )
  if (expected.rows === actual.rows && expected.checksum === actual.checksum) return actual
  throw new Error(
    `The copy of the table ${name} differs from its source: ${actual.rows} rows with checksum ${actual.checksum}, not ` +
      `${expected.rows} with ${expected.checksum}. Was the source changed since the copy began? Empty the target and copy again.`,
  )
}

async function digestTable(
  reader: Reader,
  { table, key }: TableDescription,
  rowsPerPage: number,
  onPage?: (rows: number) => void,
): Promise<Digest> {
  let digest = emptyDigest
  for await (const page of pagesOf(reader, table, key, rowsPerPage)) {
    digest = digestRows(digest, table.columnNames, page)
    onPage?.(digest.rows)
  }
  return digest
}

function keyOf(key: readonly string[], row: Row | undefined): (string | number | null)[] {
  return key.map((name) => row?.[name] ?? null)
}
