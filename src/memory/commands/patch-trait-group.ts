import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { requireStore } from '../stores.ts'
import { decidePatch, type TraitGroupPatch } from '../trait-group-changes.ts'
import { traitGroupTagId } from '../trait-groups.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** Records the operation that changes a trait group. Throws at once when it may not be, or the group has moved on. */
export function patchTraitGroup(
  store: Store,
  input: ControlPlaneRequest & { patch: Omit<TraitGroupPatch, 'ifMatch'> },
): Promise<void> {
  const { account, storeId, ifMatch } = input
  const patch = { ...input.patch, ...(ifMatch === undefined ? {} : { ifMatch }) }
  return store.transact(async (tx) => {
    await decidePatch(tx, account, await requireStore(tx, account, storeId), patch)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.traitGroup.patch',
        subject: traitGroupTagId(storeId, patch.name),
        input: { storeId, ...patch },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
