import type { Store } from '../../store/store.ts'
import { erasePerson } from '../erasing.ts'
import { aliasesByCanonical } from '../profile-rows.ts'
import { lockProfile } from '../profiles.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'

export interface DeleteProfile {
  account: number
  storeId: string
  profileId: string
  requestId: string
  now: number
}

/** Erases a profile with everything that is known of it under any of its ids. Answers the canonical id. */
export function deleteProfile(store: Store, input: DeleteProfile): Promise<string> {
  const { account, storeId, profileId } = input
  return store.transact(async (tx) => {
    await requireActiveStore(tx, account, storeId, storeHeld)
    const { id } = await lockProfile(tx, { account, storeId }, profileId)
    const aliases = await tx.all(aliasesByCanonical, { account, storeIds: [storeId], ids: [id] })
    const ids = [id, ...aliases.map((row) => row.id)]
    await erasePerson(tx, { account, storeId, profileId: id, ids }, input)
    return id
  })
}
