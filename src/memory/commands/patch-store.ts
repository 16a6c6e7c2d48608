import { wireId } from '../../kernel/ids.ts'
import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { refuseTakenName } from '../store-names.ts'
import { requireStore, requireVersion } from '../stores.ts'

/** What a request changes of a store; what is absent stays. */
export interface StoreChange {
  displayName?: string
  description?: string
}

export interface ControlPlaneRequest {
  account: number
  storeId: string
  operationId: string
  requestId: string
  now: number
  /** The header `If-Match`, when the request has one. */
  ifMatch?: string | undefined
}

/** Records the operation that changes a store. Throws at once when the store is unknown, has moved on, or the name is taken. */
export function patchStore(store: Store, input: ControlPlaneRequest & { change: StoreChange }): Promise<void> {
  const { account, storeId, change, ifMatch } = input
  return store.transact(async (tx) => {
    const memoryStore = await requireStore(tx, account, storeId)
    const wire = wireId('memoryStore', storeId)
    requireVersion(ifMatch, wire, memoryStore.version)
    if (change.displayName !== undefined) await refuseTakenName(tx, account, change.displayName, storeId)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.store.patch',
        subject: wire,
        input: { storeId, change, ...(ifMatch === undefined ? {} : { ifMatch }) },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
