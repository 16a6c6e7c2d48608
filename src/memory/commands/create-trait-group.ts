import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { requireStore } from '../stores.ts'
import { decideCreation, type TraitGroupCreation } from '../trait-group-changes.ts'
import { traitGroupTagId } from '../trait-groups.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** Records the operation that adds a trait group. Throws at once when it may not be. */
export function createTraitGroup(
  store: Store,
  input: ControlPlaneRequest & { creation: TraitGroupCreation },
): Promise<void> {
  const { account, storeId, creation } = input
  return store.transact(async (tx) => {
    await decideCreation(tx, account, await requireStore(tx, account, storeId), creation)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.traitGroup.create',
        subject: traitGroupTagId(storeId, creation.displayName),
        input: { storeId, ...creation },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
