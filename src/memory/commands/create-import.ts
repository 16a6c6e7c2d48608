import { Failure } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import type { ColumnMapping } from '../domain/import-layout.ts'
import { importTable, states } from '../imports/rows.ts'
import { tellBegun } from '../imports/telling.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { type StoredTraitGroup, traitGroupsNamed } from '../trait-groups.ts'

export interface CreateImport {
  account: number
  storeId: string
  id: string
  filename: string
  fileSize: number
  columnMappings: ColumnMapping[]
  /** Wall time until which the file may be uploaded. */
  uploadUntil: number
  requestId: string
  now: number
}

/** Records an import that waits for its file. Throws when a column leads nowhere, two lead to one trait, or none identifies. */
export function createImport(store: Store, input: CreateImport): Promise<void> {
  const { account, storeId, columnMappings, now } = input
  return store.transact(async (tx) => {
    await requireActiveStore(tx, account, storeId, storeHeld)
    const names = [...new Set(columnMappings.map(({ traitGroup }) => traitGroup))]
    checkMappings(await traitGroupsNamed(tx, account, storeId, names), columnMappings)
    const row = {
      account,
      store_id: storeId,
      id: input.id,
      state: states.waiting,
      filename: input.filename,
      file_size: input.fileSize,
      column_mappings: JSON.stringify(columnMappings),
      upload_id: null,
      upload_until: input.uploadUntil,
      layout: null,
      position: 0,
      rows_read: 0,
      rows_written: 0,
      profiles_made: 0,
      errors: 0,
      warnings: 0,
      failure: null,
      worker: null,
      worker_until: 0,
      request_id: input.requestId,
      created_at: now,
      updated_at: now,
      completed_at: null,
    }
    await tx.insert(importTable, [row])
    await tellBegun(tx, row, 'IMPORT_CREATED', now)
  })
}

function checkMappings(groups: readonly StoredTraitGroup[], mappings: readonly ColumnMapping[]): void {
  const led = new Set<string>()
  let identifies = false
  for (const [at, { traitGroup, traitName }] of mappings.entries()) {
    const field = `columnMappings[${at}]`
    const group = groups.find(({ displayName }) => displayName === traitGroup)
    if (!group) throw refused(`${field}.traitGroup`, 'must name a trait group of this memory store')
    const trait = Object.hasOwn(group.traits, traitName) ? group.traits[traitName] : undefined
    if (!trait) throw refused(`${field}.traitName`, `must name a trait of ${traitGroup}`)
    const key = `${traitGroup} ${traitName}`
    if (led.has(key)) throw refused(`${field}.traitName`, 'must not be led to by two columns')
    led.add(key)
    identifies ||= trait.idTypePromotion !== undefined
  }
  if (!identifies) throw refused('columnMappings', 'must lead to at least one trait that is promoted to an identifier')
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', `${field} ${message}`, { code: 520046, field })
}
