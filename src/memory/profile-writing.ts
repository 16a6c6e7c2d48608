import { LostRace, type Tx } from '../store/store.ts'
import type { MemoryStore } from './domain/memory-store.ts'
import { mergeProfiles, type ProfileState, type StoredIdentifier, withinLimits } from './domain/merging.ts'
import { type Identifier, identifierKey } from './domain/resolution.ts'
import { applyTraits, type TraitsInput } from './domain/traits.ts'
import { identifiersOf } from './identifier-rows.ts'
import { findSamePerson } from './matching.ts'
import { profilesLocked } from './profile-rows.ts'
import { saveProfile } from './profile-saving.ts'
import type { IdentifierRow } from './rows.ts'

export interface ProfileWrite {
  store: MemoryStore
  /** Canonical id of the profile that the caller names; undefined when identity alone decides. */
  target?: string
  /** Id of the profile to make when nobody matches. */
  newProfileId: string
  /** Orders what this write adds among everything else; an id made for it. */
  changeId: string
  traits?: TraitsInput
  /** Normalised. */
  identifiers?: readonly Identifier[]
  /** Normalised identifiers of the target that go. */
  removed?: readonly Identifier[]
  source: string
  requestId: string
  now: number
}

export interface WrittenProfile {
  /** Canonical id of the profile that holds what was written. */
  profileId: string
  created: boolean
}

/**
 * Applies traits and identifiers to the profile they belong to, which is made if there is none and merged out of several
 * if the identifiers say that they are one person. The caller holds the store.
 */
export async function writeProfile(tx: Tx, account: number, write: ProfileWrite): Promise<WrittenProfile> {
  const ids = await findProfiles(tx, account, write)
  const before = await lockProfiles(tx, account, write, ids)
  const isNew = before.length === 0
  const blank: ProfileState = { id: write.newProfileId, createdAt: write.now, traits: {}, identifiers: [] }
  const [first = blank, ...others] = before
  const merged = others.length === 0 ? first : mergeProfiles(write.store.identitySettings, [first, ...others])
  const after = applyWrite(merged, write)
  await saveProfile(tx, { account, store: write.store, changeId: write.changeId, now: write.now, before, after })
  return { profileId: after.id, created: isNew }
}

/** A write that adds no identifier belongs to the profile it names and can merge nothing. */
function findProfiles(tx: Tx, account: number, write: ProfileWrite): Promise<string[]> | string[] {
  const { store, target, identifiers = [] } = write
  return target !== undefined && identifiers.length === 0
    ? [target]
    : findSamePerson(tx, account, store, { target, identifiers })
}

/** Earliest first. What was found before the locks were taken is looked up again under them where writers run side by side. */
async function lockProfiles(tx: Tx, account: number, write: ProfileWrite, ids: string[]): Promise<ProfileState[]> {
  if (ids.length === 0) return []
  const storeId = write.store.id
  const rows = await tx.all(profilesLocked, { account, storeId, ids })
  if (rows.length < ids.length) throw new LostRace()
  if (tx.dialect === 'postgres' && (await findProfiles(tx, account, write)).join() !== ids.join()) throw new LostRace()
  const identifiers = await tx.all(identifiersOf, { account, storeId, profileIds: ids })
  const byProfile = Map.groupBy(identifiers, (row) => row.profile_id)
  const states = rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    traits: JSON.parse(row.traits),
    identifiers: (byProfile.get(row.id) ?? []).map(storedIdentifier),
  }))
  return states.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function applyWrite(profile: ProfileState, write: ProfileWrite): ProfileState {
  const { store, traits = {}, identifiers = [], removed = [], now, changeId, source, requestId } = write
  const gone = new Set(removed.map(identifierKey))
  const kept = profile.identifiers.filter((identifier) => !gone.has(identifierKey(identifier)))
  const present = new Set(kept.map(identifierKey))
  const added = identifiers
    .filter((identifier) => !present.has(identifierKey(identifier)))
    .map((identifier, at) => ({
      ...identifier,
      id: changeId + String(at).padStart(3, '0'),
      originId: write.target ?? profile.id,
      source,
      requestId,
      addedAt: now,
    }))
  return {
    ...profile,
    traits: applyTraits(profile.traits, traits, now),
    identifiers: added.length === 0 ? kept : withinLimits(store.identitySettings, [...kept, ...added]),
  }
}

function storedIdentifier(row: IdentifierRow): StoredIdentifier {
  return {
    idType: row.id_type,
    value: row.value,
    id: row.id,
    originId: row.origin_id,
    source: row.source,
    requestId: row.request_id,
    addedAt: row.added_at,
  }
}
