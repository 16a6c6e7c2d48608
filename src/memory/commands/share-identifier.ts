import { reportMemoryEvents } from '../../events/report.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store, Tx } from '../../store/store.ts'
import { identifierConfig } from '../domain/identity-settings.ts'
import type { Identifier } from '../domain/resolution.ts'
import { requireIdentifier, requireIdentifierConfig } from '../identifiers.ts'
import type { MemoryStore } from '../memory-store.ts'
import { identifierTable } from '../rows.ts'
import { storeLocked } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import {
  countShared,
  deleteShared,
  holdersOfValue,
  type SharedRow,
  sharedAmong,
  sharedById,
  sharedTable,
} from '../unmergeable-rows.ts'

export interface ShareIdentifier {
  account: number
  storeId: string
  id: string
  idType: string
  value: string
  note: string | null
  requestId: string
  now: number
}

/** Values that one store may list. */
const maxSharedIdentifiers = 10_000

/**
 * Puts a value on the list of those that never merge: from now on any number of profiles may have it, and it tells nobody.
 * Profiles that it made one before stay so. Throws a conflict when it is there already.
 */
export function shareIdentifier(store: Store, input: ShareIdentifier): Promise<SharedRow> {
  const { account, storeId, id, note, requestId, now } = input
  return store.transact(async (tx) => {
    // Nobody writes into the store meanwhile, so that no write goes by the list as it was.
    const memoryStore = await requireActiveStore(tx, account, storeId, storeLocked)
    const config = requireIdentifierConfig(memoryStore.identitySettings, input.idType)
    const identifier = requireIdentifier(config, input.value, 'value')
    const { idType, value } = identifier
    const listed = await tx.all(sharedAmong, { account, storeId, idTypes: [idType], values: [value] })
    if (listed.length > 0) throw new Failure('conflict', `This ${idType} is on the list already.`)
    if (memoryStore.sharedValues >= maxSharedIdentifiers) {
      throw new Failure('limit', `A memory store lists at most ${maxSharedIdentifiers} values that never merge.`, {
        code: 520046,
        params: { limit: maxSharedIdentifiers },
      })
    }
    const row = { account, store_id: storeId, id_type: idType, value, id, note, request_id: requestId, created_at: now }
    await tx.insert(sharedTable, [row])
    await changeList(tx, account, memoryStore, identifier, 1)
    await tell(tx, input, 'SHARED_IDENTIFIER_ADDED', row)
    return row
  })
}

/** Takes a value off the list. Who holds it keeps it; where that is one profile, it is theirs alone again. */
export function unshareIdentifier(
  store: Store,
  input: Omit<ShareIdentifier, 'idType' | 'value' | 'note'>,
): Promise<void> {
  const { account, storeId, id } = input
  return store.transact(async (tx) => {
    const memoryStore = await requireActiveStore(tx, account, storeId, storeLocked)
    const row = await tx.get(sharedById, { account, storeId, id })
    if (!row) throw notFound(`The list of values that never merge has no ${wireId('sharedIdentifier', id)}.`)
    await tx.run(deleteShared, { account, storeId, id })
    await changeList(tx, account, memoryStore, { idType: row.id_type, value: row.value }, -1)
    await tell(tx, input, 'SHARED_IDENTIFIER_REMOVED', row)
  })
}

async function changeList(
  tx: Tx,
  account: number,
  { id: storeId, identitySettings, sharedValues }: MemoryStore,
  { idType, value }: Identifier,
  by: 1 | -1,
): Promise<void> {
  await tx.run(countShared, { account, storeId, count: sharedValues + by })
  const holders = await tx.all(holdersOfValue, { account, storeId, idType, value })
  const isUnique = identifierConfig(identitySettings, idType)?.enforceUnique ?? false
  const exclusive = by === -1 && isUnique && holders.length === 1 ? 1 : 0
  await tx.update(
    identifierTable,
    ['account', 'store_id', 'profile_id', 'id_type', 'value'],
    ['shared', 'exclusive'],
    holders.map(({ profile_id }) => ({
      account,
      store_id: storeId,
      profile_id,
      id_type: idType,
      value,
      shared: by === 1 ? 1 : 0,
      exclusive,
    })),
  )
}

async function tell(
  tx: Tx,
  { account, storeId, requestId, now }: Pick<ShareIdentifier, 'account' | 'storeId' | 'requestId' | 'now'>,
  type: 'SHARED_IDENTIFIER_ADDED' | 'SHARED_IDENTIFIER_REMOVED',
  row: SharedRow,
): Promise<void> {
  const verb = type === 'SHARED_IDENTIFIER_ADDED' ? 'put on' : 'taken off'
  await reportMemoryEvents(tx, account, [
    {
      type,
      level: 'info',
      message: `A value was ${verb} the list of those that never merge.`,
      resource: wireId('sharedIdentifier', row.id),
      requestId,
      at: now,
      details: { memoryStoreId: wireId('memoryStore', storeId), idType: row.id_type },
    },
  ])
}
