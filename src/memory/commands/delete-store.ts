import { wireId } from '../../kernel/ids.ts'
import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { type IsStoreReferenced, refuseReferenced, requireStore } from '../stores.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** Records the operation that removes a store with all of its profiles. Throws a conflict while a live configuration uses the store. */
export function deleteStore(
  store: Store,
  input: Omit<ControlPlaneRequest, 'ifMatch'>,
  isStoreReferenced: IsStoreReferenced,
): Promise<void> {
  const { account, storeId } = input
  return store.transact(async (tx) => {
    await requireStore(tx, account, storeId)
    await refuseReferenced(tx, account, storeId, isStoreReferenced)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.store.delete',
        subject: wireId('memoryStore', storeId),
        input: { storeId },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
