import { wireId } from '../../kernel/ids.ts'
import { startOperation } from '../../operations/steps.ts'
import type { Store, Tx } from '../../store/store.ts'
import {
  checkMappingCreation,
  checkMappingPatch,
  type DataMappingCreation,
  type DataMappingPatch,
} from '../data-mapping-changes.ts'
import { requireDataMapping } from '../data-mappings.ts'
import { requireStore } from '../stores.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** A request about a data mapping, whose own id the caller has made or named. */
export type DataMappingRequest = ControlPlaneRequest & { id: string }

/** Records the operation that adds a data mapping. Throws at once when it may not be. */
export function createDataMapping(
  store: Store,
  request: DataMappingRequest,
  creation: DataMappingCreation,
): Promise<void> {
  return record(store, request, 'create', { creation }, (tx) =>
    checkMappingCreation(tx, request.account, request.storeId, creation),
  )
}

/** Records the operation that changes a data mapping. Throws at once when it may not be, or the mapping has moved on. */
export function patchDataMapping(store: Store, request: DataMappingRequest, patch: DataMappingPatch): Promise<void> {
  const { id, ifMatch } = request
  return record(store, request, 'patch', { patch, ...(ifMatch === undefined ? {} : { ifMatch }) }, (tx) =>
    checkMappingPatch(tx, request.account, request.storeId, { id, patch, ifMatch }),
  )
}

/** Records the operation that removes a data mapping. Throws when there is none. */
export function deleteDataMapping(store: Store, request: DataMappingRequest): Promise<void> {
  return record(store, request, 'delete', {}, (tx) =>
    requireDataMapping(tx, request.account, request.storeId, request.id),
  )
}

function record(
  store: Store,
  { account, storeId, id, operationId, requestId, now }: DataMappingRequest,
  verb: 'create' | 'patch' | 'delete',
  input: object,
  check: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  return store.transact(async (tx) => {
    await requireStore(tx, account, storeId)
    await check(tx)
    const kind = `memory.dataMapping.${verb}`
    const subject = wireId('dataMapping', id)
    const operation = { id: operationId, api: 'memory', kind, subject, input: { storeId, id, ...input } } as const
    await startOperation(tx, account, { ...operation, related: {}, requestId }, now)
  })
}
