import { Failure } from '../kernel/failure.ts'
import { LostRace, type Store, type Tx } from '../store/store.ts'
import { markMemories, profilesLocked } from './profile-rows.ts'
import { confirmStanding, lockProfile, requireProfile } from './profiles.ts'
import type { OfProfile } from './rows.ts'
import { storeHeld } from './store-rows.ts'
import { requireActiveStore } from './stores.ts'

export interface MemoryChange {
  account: number
  storeId: string
  /** Own id of the profile, or one that a merge retired. */
  profileId: string
  /** An id made for this change. */
  changeId: string
  now: number
}

/**
 * Changes what is remembered of a profile of an ACTIVE store. `change` works on the profile that the id stands for, which
 * nobody merges or deletes meanwhile. Answers its canonical id.
 */
export function changeMemories(
  store: Store,
  request: MemoryChange,
  change: (tx: Tx, place: OfProfile) => Promise<void>,
): Promise<string> {
  const { account, storeId, profileId, changeId: version } = request
  return store.transact(async (tx) => {
    await requireActiveStore(tx, account, storeId, storeHeld)
    const { id } = await lockProfile(tx, { account, storeId }, profileId)
    await changeProfile(tx, { account, storeId, profileId: id }, version, () =>
      change(tx, { account, storeId, profileId: id }),
    )
    return id
  })
}

/** Changes what is remembered of a profile that is locked already. `version` is an id made for this change. */
export async function changeProfile(
  tx: Tx,
  place: OfProfile,
  version: string,
  change: () => Promise<void>,
): Promise<void> {
  await change()
  await tx.run(markMemories, { ...place, version })
}

/**
 * Locks several profiles of an ACTIVE store, so that nobody merges or deletes them meanwhile. Answers where each of the given
 * ids leads; those that are gone are left out.
 */
export async function holdProfiles(
  tx: Tx,
  { account, storeId, profileIds }: { account: number; storeId: string; profileIds: readonly string[] },
): Promise<Map<string, OfProfile>> {
  await requireActiveStore(tx, account, storeId, storeHeld)
  const places = new Map<string, OfProfile>()
  for (const named of profileIds) {
    const profile = await requireProfile(tx, account, storeId, named).catch(unlessGone)
    if (profile) places.set(named, { account, storeId, profileId: profile.id })
  }
  const ids = [...new Set([...places.values()].map(({ profileId }) => profileId))]
  const locked = ids.length === 0 ? [] : await tx.all(profilesLocked, { account, storeId, ids })
  if (locked.length < ids.length) throw new LostRace()
  await confirmStanding(
    tx,
    { account, storeId },
    new Map([...places].map(([named, { profileId }]) => [named, profileId])),
  )
  return places
}

function unlessGone(error: unknown): undefined {
  if (error instanceof Failure && error.kind === 'not_found') return undefined
  throw error
}
