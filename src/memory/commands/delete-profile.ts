import { LostRace, type Store } from '../../store/store.ts'
import { deleteIdentifiersOf } from '../identifier-rows.ts'
import { eraseMemories } from '../memories.ts'
import { deleteAliasesTo, deleteProfiles, profilesLocked } from '../profile-rows.ts'
import { requireProfile } from '../profiles.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'

export interface DeleteProfile {
  account: number
  storeId: string
  profileId: string
}

/** Removes a profile with everything that belongs to it, the retired ids that stood for it included. Answers the canonical id. */
export function deleteProfile(store: Store, { account, storeId, profileId }: DeleteProfile): Promise<string> {
  return store.transact(async (tx) => {
    await requireActiveStore(tx, account, storeId, storeHeld)
    const { id } = await requireProfile(tx, account, storeId, profileId)
    const locked = await tx.all(profilesLocked, { account, storeId, ids: [id] })
    if (locked.length === 0) throw new LostRace()
    await eraseMemories(tx, { account, storeId, profileId: id })
    await tx.run(deleteIdentifiersOf, { account, storeId, profileId: id })
    await tx.run(deleteAliasesTo, { account, storeId, id })
    await tx.run(deleteProfiles, { account, storeId, ids: [id] })
    return id
  })
}
