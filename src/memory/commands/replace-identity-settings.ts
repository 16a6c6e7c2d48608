import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { completeIdentitySettings, type IdentitySettingsInput } from '../domain/identity-settings.ts'
import { identityTagId, requireStore, requireVersion } from '../stores.ts'
import type { ControlPlaneRequest } from './patch-store.ts'

/** Records the operation that replaces a store's identity settings. Throws at once when they are not coherent. */
export function replaceIdentitySettings(
  store: Store,
  input: ControlPlaneRequest & { settings: IdentitySettingsInput },
): Promise<void> {
  const { account, storeId, ifMatch } = input
  return store.transact(async (tx) => {
    const memoryStore = await requireStore(tx, account, storeId)
    requireVersion(ifMatch, identityTagId(storeId), memoryStore.identityVersion)
    const settings = completeIdentitySettings(input.settings)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.identity.replace',
        subject: identityTagId(storeId),
        input: { storeId, settings, ...(ifMatch === undefined ? {} : { ifMatch }) },
        related: {},
        requestId: input.requestId,
      },
      input.now,
    )
  })
}
