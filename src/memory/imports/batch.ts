import type { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import { type ColumnMapping, type ImportLayout, traitsOfRow } from '../domain/import-layout.ts'
import { type BatchItem, writeProfiles } from '../profile-batch.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { traitGroupsNamed } from '../trait-groups.ts'
import type { BrokenRow, CsvRow } from './csv.ts'
import {
  deleteTextsBefore,
  type ImportRow,
  importLocked,
  importTable,
  type ProblemRow,
  problemTable,
  states,
} from './rows.ts'

export interface ImportBatch {
  /** As it was when the rows were read. */
  row: ImportRow
  layout: ImportLayout
  rows: readonly (CsvRow | BrokenRow)[]
  /** Where the next batch begins. */
  position: number
  worker: string
  workerUntil: number
  /** Problems of one import that are kept; all are counted. */
  maxProblems: number
  now: number
}

type Problem = Pick<ProblemRow, 'row_number' | 'kind' | 'column_name' | 'reason'>

/**
 * Writes some rows of a file and how far it has come, in one transaction; so a row is written once, whatever breaks off.
 * Answers the import as it is then, or undefined when it is gone or has been taken further by somebody else.
 */
export async function writeBatch(tx: Tx, batch: ImportBatch): Promise<ImportRow | undefined> {
  const { account, store_id: storeId, id } = batch.row
  const store = await requireActiveStore(tx, account, storeId, storeHeld)
  const row = await tx.get(importLocked, { account, storeId, id })
  if (!row || row.state >= states.completed || row.position !== batch.row.position) return undefined
  const mappings: ColumnMapping[] = JSON.parse(row.column_mappings)
  const groups = await traitGroupsNamed(tx, account, storeId, [...new Set(mappings.map((one) => one.traitGroup))])
  const problems: Problem[] = []
  const items: (BatchItem & { rowNumber: number })[] = []
  for (const [at, given] of batch.rows.entries()) {
    const rowNumber = row.rows_read + at + 1
    const refuse = (reason: string, column_name: string | null = null) =>
      problems.push({ row_number: rowNumber, kind: 0, column_name, reason })
    if (!('fields' in given)) refuse(given.reason)
    else if (given.fields.length !== batch.layout.columns) {
      refuse(`has ${given.fields.length} values, not ${batch.layout.columns}`)
    } else {
      const { traits, unread } = traitsOfRow(groups, mappings, batch.layout, given.fields)
      const identifying = unread.find(({ identifies }) => identifies)
      if (identifying) refuse(identifying.reason, identifying.columnName)
      else {
        for (const { columnName, reason } of unread) {
          problems.push({ row_number: rowNumber, kind: 1, column_name: columnName, reason })
        }
        items.push({ traits, newProfileId: newId(), rowNumber })
      }
    }
  }
  const { request_id: requestId } = row
  const outcomes = await writeProfiles(tx, account, {
    store,
    groups,
    items,
    source: 'import',
    requestId,
    now: batch.now,
  })
  for (const [at, outcome] of outcomes.entries()) {
    if (!('refusal' in outcome)) continue
    const rowNumber = items[at]?.rowNumber ?? 0
    problems.push({ row_number: rowNumber, kind: 0, ...problemOf(outcome.refusal, mappings) })
  }
  const refused = new Set(problems.filter(({ kind }) => kind === 0).map((one) => one.row_number))
  const warnings = problems.filter((one) => one.kind === 1 && !refused.has(one.row_number)).length
  await keepProblems(
    tx,
    row,
    batch.maxProblems,
    problems.filter((one) => one.kind === 0 || !refused.has(one.row_number)),
  )
  const after: ImportRow = {
    ...row,
    state: states.working,
    layout: JSON.stringify(batch.layout),
    position: batch.position,
    rows_read: row.rows_read + batch.rows.length,
    rows_written: row.rows_written + batch.rows.length - refused.size,
    profiles_made: row.profiles_made + outcomes.filter((one) => 'created' in one && one.created).length,
    errors: row.errors + refused.size,
    warnings: row.warnings + warnings,
    worker: batch.worker,
    worker_until: batch.workerUntil,
    updated_at: batch.now,
  }
  await tx.update(importTable, ['account', 'store_id', 'id'], progress, [after])
  const uploadId = row.upload_id ?? ''
  await tx.run(deleteTextsBefore, { account, storeId, id, uploadId, position: batch.position })
  return after
}

const progress = [
  'state',
  'layout',
  'position',
  'rows_read',
  'rows_written',
  'profiles_made',
  'errors',
  'warnings',
  'worker',
  'worker_until',
  'updated_at',
] as const

async function keepProblems(tx: Tx, row: ImportRow, maxProblems: number, problems: readonly Problem[]): Promise<void> {
  const known = row.errors + row.warnings
  const kept = problems
    .toSorted((a, b) => a.row_number - b.row_number)
    .slice(0, Math.max(0, maxProblems - known))
    .map((problem, at) => ({
      account: row.account,
      store_id: row.store_id,
      import_id: row.id,
      n: known + at + 1,
      ...problem,
    }))
  await tx.insert(problemTable, kept)
}

/** Of the refusal of a profile what a reader of the file understands: the column in place of the trait. */
function problemOf(
  { message, details }: Failure,
  mappings: readonly ColumnMapping[],
): Pick<Problem, 'column_name' | 'reason'> {
  const { field } = details
  const mapping = mappings.find((one) => field === `traits.${one.traitGroup}.${one.traitName}`)
  if (mapping && field !== undefined)
    return { column_name: mapping.columnName, reason: message.replace(`${field} `, '') }
  if (field === 'traits') return { column_name: null, reason: 'has no value that identifies a profile' }
  return { column_name: null, reason: message }
}
