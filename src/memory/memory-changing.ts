import { LostRace, type Store, type Tx } from '../store/store.ts'
import { markMemories, profilesLocked } from './profile-rows.ts'
import { requireProfile } from './profiles.ts'
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
    const { id } = await requireProfile(tx, account, storeId, profileId)
    const locked = await tx.all(profilesLocked, { account, storeId, ids: [id] })
    if (locked.length === 0) throw new LostRace()
    await change(tx, { account, storeId, profileId: id })
    await tx.run(markMemories, { account, storeId, profileId: id, version })
    return id
  })
}
