import { bumpEpoch } from '../accounts/epochs.ts'
import { wireId } from '../kernel/ids.ts'
import type { Operation, OperationHandler, OperationOutcome } from '../operations/operation.ts'
import type { Tx } from '../store/store.ts'
import type { MemoryStore } from './memory-store.ts'
import { storeLocked } from './store-rows.ts'
import { requireStore } from './stores.ts'

export type StoreWork = (
  tx: Tx,
  account: number,
  store: MemoryStore,
  operation: Operation,
  now: number,
) => Promise<void>

/**
 * Holds the store, which nobody writes into meanwhile, does the work, and makes every node see what came of it. `resultOf`
 * tells what the operation's result is called, where that is not the store.
 */
export function withStore(work: StoreWork, resultOf?: (input: unknown) => string): OperationHandler {
  return async (tx, account, operation, now): Promise<OperationOutcome> => {
    const { storeId } = operation.input as { storeId: string }
    // First, as everybody takes the account before one of its stores.
    await bumpEpoch(tx, account)
    const store = await requireStore(tx, account, storeId, storeLocked)
    await work(tx, account, store, operation, now)
    return { resultId: resultOf?.(operation.input) ?? wireId('memoryStore', storeId) }
  }
}
