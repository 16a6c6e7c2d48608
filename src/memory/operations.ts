import { wireId } from '../kernel/ids.ts'
import type { Operation, OperationHandler } from '../operations/operation.ts'
import type { Tx } from '../store/store.ts'
import type { StoreChange } from './commands/patch-store.ts'
import { dataMappingHandlers } from './data-mapping-operations.ts'
import { type IdentifierConfig, type IdentitySettings, identifierConfig } from './domain/identity-settings.ts'
import { eraseStore } from './erasing.ts'
import { claimIdentifiers, shareIdentifiers } from './identifier-rows.ts'
import type { MemoryStore } from './memory-store.ts'
import { storeTable } from './rows.ts'
import { refuseTakenName } from './store-names.ts'
import { deleteStoreRow } from './store-rows.ts'
import { withStore } from './store-work.ts'
import { type IsStoreReferenced, identityTagId, refuseReferenced, requireVersion } from './stores.ts'
import { traitGroupHandlers } from './trait-group-operations.ts'

/** What carries out the operations of the control plane, by kind. `scrub` removes what deleted rows left behind in files. */
export function memoryOperationHandlers(
  isStoreReferenced: IsStoreReferenced,
  scrub: () => Promise<void> = async () => {},
): Record<string, OperationHandler> {
  return {
    'memory.store.create': withStore(activateStore),
    'memory.store.patch': withStore(applyStoreChange),
    'memory.store.delete': scrubbing(
      scrub,
      withStore((tx, account, store, operation, now) =>
        removeStore(tx, account, store, { operation, now }, isStoreReferenced),
      ),
    ),
    'memory.identity.replace': withStore(applyIdentitySettings),
    ...traitGroupHandlers(),
    ...dataMappingHandlers(),
  }
}

function scrubbing(scrub: () => Promise<void>, handler: OperationHandler): OperationHandler {
  return async (...work) => ({ ...(await handler(...work)), afterCommit: scrub })
}

async function activateStore(tx: Tx, account: number, { id }: MemoryStore, _: Operation, now: number) {
  await tx.update(
    storeTable,
    ['account', 'id'],
    ['status', 'updated_at'],
    [{ account, id, status: 'ACTIVE', updated_at: now }],
  )
}

async function applyStoreChange(tx: Tx, account: number, store: MemoryStore, { input }: Operation, now: number) {
  const { change, ifMatch } = input as { change: StoreChange; ifMatch?: string }
  requireVersion(ifMatch, wireId('memoryStore', store.id), store.version)
  const { displayName = store.displayName, description = store.description } = change
  await refuseTakenName(tx, account, displayName, store.id)
  const row = {
    account,
    id: store.id,
    display_name: displayName,
    description,
    version: store.version + 1,
    updated_at: now,
  }
  await tx.update(storeTable, ['account', 'id'], ['display_name', 'description', 'version', 'updated_at'], [row])
}

async function removeStore(
  tx: Tx,
  account: number,
  store: MemoryStore,
  { operation, now }: { operation: Operation; now: number },
  isStoreReferenced: IsStoreReferenced,
): Promise<undefined> {
  await refuseReferenced(tx, account, store.id, isStoreReferenced)
  await eraseStore(tx, { account, storeId: store.id }, { requestId: operation.requestId, now })
  await tx.run(deleteStoreRow, { account, storeId: store.id })
}

async function applyIdentitySettings(tx: Tx, account: number, store: MemoryStore, { input }: Operation, now: number) {
  const { settings, ifMatch } = input as { settings: IdentitySettings; ifMatch?: string }
  requireVersion(ifMatch, identityTagId(store.id), store.identityVersion)
  const row = {
    account,
    id: store.id,
    identity_settings: JSON.stringify(settings),
    identity_version: store.identityVersion + 1,
    updated_at: now,
  }
  await tx.update(storeTable, ['account', 'id'], ['identity_settings', 'identity_version', 'updated_at'], [row])
  const changed = settings.identifierConfigs.filter(
    ({ idType, enforceUnique }) => identifierConfig(store.identitySettings, idType)?.enforceUnique !== enforceUnique,
  )
  await setSharing(tx, account, store.id, changed)
}

/** Values of these types are from now on one profile's alone, or everybody's. */
async function setSharing(tx: Tx, account: number, storeId: string, configs: readonly IdentifierConfig[]) {
  const [unique, shared] = [configs.filter((c) => c.enforceUnique), configs.filter((c) => !c.enforceUnique)]
  const typesOf = (some: readonly IdentifierConfig[]) => some.map((config) => config.idType)
  if (shared.length > 0) await tx.run(shareIdentifiers, { account, storeId, idTypes: typesOf(shared) })
  if (unique.length > 0) await tx.run(claimIdentifiers, { account, storeId, idTypes: typesOf(unique) })
}
