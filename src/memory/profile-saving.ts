import { LostRace, type Tx } from '../store/store.ts'
import { identifierConfig } from './domain/identity-settings.ts'
import type { MemoryStore } from './domain/memory-store.ts'
import type { ProfileState, StoredIdentifier } from './domain/merging.ts'
import { identifierKey } from './domain/resolution.ts'
import { deleteIdentifiers } from './identifier-rows.ts'
import { moveMemories } from './memories.ts'
import { deleteProfiles, redirectAliases } from './profile-rows.ts'
import { aliasTable, type IdentifierRow, identifierTable, profileTable } from './rows.ts'

export interface ProfileSaving {
  account: number
  store: MemoryStore
  /** An id made for this change. */
  changeId: string
  now: number
  /** The profiles that became one, earliest first; none when it is new. */
  before: readonly ProfileState[]
  after: ProfileState
}

/** Makes the rows say what `after` says, and the ids of the other profiles stand for it. */
export async function saveProfile(tx: Tx, saving: ProfileSaving): Promise<void> {
  await saveIdentifiers(tx, saving)
  await saveTraits(tx, saving)
  await retireProfiles(tx, saving)
}

async function saveIdentifiers(tx: Tx, { account, store, before, after }: ProfileSaving): Promise<void> {
  const staying = new Set(after.identifiers.map(({ id }) => id))
  const unmoved = new Set(before.find(({ id }) => id === after.id)?.identifiers.map(({ id }) => id))
  const gone = before.flatMap((profile) =>
    profile.identifiers.map(({ id }) => id).filter((id) => profile.id !== after.id || !staying.has(id)),
  )
  if (gone.length > 0) {
    const profileIds = before.map(({ id }) => id)
    await tx.run(deleteIdentifiers, { account, storeId: store.id, profileIds, ids: gone })
  }
  // Everybody inserts in the order of the values, so that nobody waits in a circle.
  const rows = after.identifiers
    .filter(({ id }) => !unmoved.has(id))
    .sort((a, b) => (identifierKey(a) < identifierKey(b) ? -1 : 1))
    .map((identifier) => identifierRow(account, store, after.id, identifier))
  // Somebody who takes the same value at the same time has it, and their profile is found when this runs again.
  if (rows.length > 0 && (await tx.insert(identifierTable, rows, 'nothing')) < rows.length) throw new LostRace()
}

async function saveTraits(tx: Tx, { account, store, now, before, after }: ProfileSaving): Promise<void> {
  const row = {
    account,
    store_id: store.id,
    id: after.id,
    traits: JSON.stringify(after.traits),
    created_at: after.createdAt,
    updated_at: now,
  }
  if (before.length === 0) await tx.insert(profileTable, [row])
  else await tx.update(profileTable, ['account', 'store_id', 'id'], ['traits', 'updated_at'], [row])
}

async function retireProfiles(tx: Tx, { account, store, changeId, now, before, after }: ProfileSaving): Promise<void> {
  const retired = before.map(({ id }) => id).filter((id) => id !== after.id)
  if (retired.length === 0) return
  await tx.run(deleteProfiles, { account, storeId: store.id, ids: retired })
  await tx.run(redirectAliases, { account, storeId: store.id, from: retired, to: after.id })
  const rows = retired.map((id) => ({ account, store_id: store.id, id, canonical_id: after.id, merged_at: now }))
  await tx.insert(aliasTable, rows)
  await moveMemories(tx, { account, storeId: store.id, from: retired, to: after.id, version: changeId })
}

function identifierRow(
  account: number,
  store: MemoryStore,
  profileId: string,
  identifier: StoredIdentifier,
): IdentifierRow {
  return {
    account,
    store_id: store.id,
    id_type: identifier.idType,
    value: identifier.value,
    profile_id: profileId,
    id: identifier.id,
    origin_id: identifier.originId,
    exclusive: identifierConfig(store.identitySettings, identifier.idType)?.enforceUnique ? 1 : 0,
    source: identifier.source,
    request_id: identifier.requestId,
    added_at: identifier.addedAt,
  }
}
