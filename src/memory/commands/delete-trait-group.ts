import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { requireStore } from '../stores.ts'
import { decideDeletion } from '../trait-group-changes.ts'
import { traitGroupTagId } from '../trait-groups.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** Records the operation that removes a trait group with all of its values. Throws at once when it may not go. */
export function deleteTraitGroup(
  store: Store,
  input: Omit<ControlPlaneRequest, 'ifMatch'> & { name: string },
): Promise<void> {
  const { account, storeId, name } = input
  return store.transact(async (tx) => {
    await decideDeletion(tx, account, await requireStore(tx, account, storeId), { name })
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.traitGroup.delete',
        subject: traitGroupTagId(storeId, name),
        input: { storeId, name },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
