import type { Store, Tx } from '../store/store.ts'
import type { MemoryStore } from './memory-store.ts'
import { type ProfileWrite, writeProfile } from './profile-writing.ts'
import { requireProfile } from './profiles.ts'
import { tellingRefusals } from './refusals.ts'
import type { ProfileRow } from './rows.ts'
import { storeHeld } from './store-rows.ts'
import { requireActiveStore } from './stores.ts'

export interface ProfileChange {
  account: number
  storeId: string
  /** Own id of the profile, or one that a merge retired. */
  profileId: string
  /** An id made for this change. */
  changeId: string
  requestId: string
  now: number
  /** What brought it, for its provenance; `api` if left out. */
  source?: string
}

export type ProfileDecision = Pick<ProfileWrite, 'traits' | 'identifiers' | 'removed' | 'removedTypes'>

/** Changes a profile of an ACTIVE store as `decide` says; undefined changes nothing. Answers the canonical id, which the change may have moved. */
export function changeProfile(
  store: Store,
  change: ProfileChange,
  decide: (tx: Tx, store: MemoryStore, profile: ProfileRow) => Promise<ProfileDecision | undefined>,
): Promise<string> {
  return tellingRefusals(store, change, async (tx) => {
    const memoryStore = await requireActiveStore(tx, change.account, change.storeId, storeHeld)
    const profile = await requireProfile(tx, change.account, change.storeId, change.profileId)
    const decision = await decide(tx, memoryStore, profile)
    if (!decision) return profile.id
    const { changeId, requestId, now } = change
    const written = await writeProfile(tx, change.account, {
      ...decision,
      store: memoryStore,
      target: profile.id,
      targetNamed: change.profileId,
      newProfileId: changeId,
      changeId,
      source: change.source ?? 'api',
      requestId,
      now,
    })
    return written.profileId
  })
}
