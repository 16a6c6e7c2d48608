import { Failure, notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Statement } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import { admitsVersion } from './domain/etag.ts'
import type { MemoryStore, StoreStatus } from './memory-store.ts'
import type { StoreRow } from './rows.ts'
import { storeById } from './store-rows.ts'

type Find = Statement<{ account: number; storeId: string }, StoreRow>

/** Throws `not_found` when the account has no such store. `find` says how tightly the store is held. */
export async function requireStore(
  read: Reader,
  account: number,
  storeId: string,
  find: Find = storeById,
): Promise<MemoryStore> {
  const row = await read.get(find, { account, storeId })
  if (!row) throw notFound(`Memory store ${wireId('memoryStore', storeId)} was not found or has been deleted.`, 520041)
  return storeOf(row)
}

/** The same for work with profiles, which needs a store that is ACTIVE. */
export async function requireActiveStore(
  read: Reader,
  account: number,
  storeId: string,
  find: Find = storeById,
): Promise<MemoryStore> {
  const store = await requireStore(read, account, storeId, find)
  if (store.status !== 'ACTIVE') {
    throw new Failure('invalid', `Memory store ${wireId('memoryStore', storeId)} is ${store.status}, not ACTIVE.`, {
      code: 520042,
    })
  }
  return store
}

/** Tells the wire id of a live configuration that uses the store, or undefined. */
export type IsStoreReferenced = (tx: Reader, account: number, storeId: string) => Promise<string | undefined>

/** Throws a conflict while a live configuration uses the store. */
export async function refuseReferenced(
  read: Reader,
  account: number,
  storeId: string,
  isStoreReferenced: IsStoreReferenced,
): Promise<void> {
  const configurationId = await isStoreReferenced(read, account, storeId)
  if (configurationId === undefined) return
  throw new Failure('conflict', `Configuration ${configurationId} uses this memory store; delete or change it first.`, {
    conflictingResourceId: configurationId,
    params: { configurationId },
  })
}

/** Throws when an `If-Match` header asks for another version than there is. */
export function requireVersion(ifMatch: string | undefined, tagId: string, version: number): void {
  if (ifMatch === undefined || admitsVersion(ifMatch, tagId, version)) return
  throw new Failure('precondition', 'If-Match names another version than the present one. Fetch it again.', {
    code: 520043,
    field: 'If-Match',
  })
}

/** What the identity settings of a store are called in their `ETag`. */
export function identityTagId(storeId: string): string {
  return `${wireId('memoryStore', storeId)}/identity`
}

function storeOf(row: StoreRow): MemoryStore {
  return {
    id: row.id,
    displayName: row.display_name,
    description: row.description,
    status: row.status as StoreStatus,
    intelligenceServiceId: row.intelligence_service_id,
    version: row.version,
    identitySettings: JSON.parse(row.identity_settings),
    identityVersion: row.identity_version,
    sharedValues: row.shared_values,
  }
}
