import { wireId } from '../kernel/ids.ts'
import type { OperationHandler } from '../operations/operation.ts'
import {
  checkMappingCreation,
  checkMappingPatch,
  type DataMappingCreation,
  type DataMappingPatch,
} from './data-mapping-changes.ts'
import { deleteDataMapping } from './data-mapping-rows.ts'
import { requireDataMapping } from './data-mappings.ts'
import { dataMappingTable } from './rows.ts'
import { type StoreWork, withStore } from './store-work.ts'

/** What carries out changes of data mappings. */
export function dataMappingHandlers(): Record<string, OperationHandler> {
  return {
    'memory.dataMapping.create': withStore(createMapping, nameOf),
    'memory.dataMapping.patch': withStore(patchMapping, nameOf),
    'memory.dataMapping.delete': withStore(deleteMapping, nameOf),
  }
}

const nameOf = (input: unknown) => wireId('dataMapping', (input as { id: string }).id)

const createMapping: StoreWork = async (tx, account, store, { input }, now) => {
  const { id, creation } = input as { id: string; creation: DataMappingCreation }
  await checkMappingCreation(tx, account, store.id, creation)
  await tx.insert(dataMappingTable, [
    {
      account,
      store_id: store.id,
      id,
      display_name: creation.displayName,
      description: creation.description,
      enabled: creation.isEnabled ? 1 : 0,
      source_type: creation.source.type,
      source: JSON.stringify(creation.source),
      mappings: JSON.stringify(creation.mappings),
      version: 1,
      created_at: now,
      updated_at: now,
    },
  ])
}

const patchMapping: StoreWork = async (tx, account, store, { input }, now) => {
  const { id, patch, ifMatch } = input as { id: string; patch: DataMappingPatch; ifMatch?: string }
  const before = await checkMappingPatch(tx, account, store.id, { id, patch, ifMatch })
  const after = { ...before, ...patch }
  const row = {
    account,
    store_id: store.id,
    id,
    display_name: after.displayName,
    description: after.description,
    enabled: after.isEnabled ? 1 : 0,
    mappings: JSON.stringify(after.mappings),
    version: before.version + 1,
    updated_at: now,
  }
  const changed = ['display_name', 'description', 'enabled', 'mappings', 'version', 'updated_at'] as const
  await tx.update(dataMappingTable, ['account', 'store_id', 'id'], changed, [row])
}

const deleteMapping: StoreWork = async (tx, account, store, { input }) => {
  const { id } = input as { id: string }
  await requireDataMapping(tx, account, store.id, id)
  await tx.run(deleteDataMapping, { account, storeId: store.id, id })
}
