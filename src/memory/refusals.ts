import type { Store, Tx } from '../store/store.ts'
import { tellRefusal } from './identity-events.ts'
import { MergeRefused } from './profile-writing.ts'

/** Runs a write in a transaction; a refusal to merge, of which nothing is saved, is told to the debugger in one of its own. */
export async function tellingRefusals<T>(
  store: Store,
  request: { account: number; requestId: string; now: number },
  write: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await store.transact(write)
  } catch (error) {
    if (error instanceof MergeRefused) {
      await store.transact((tx) => tellRefusal(tx, { ...request, storeId: error.storeId }, error))
    }
    throw error
  }
}
