import { Failure } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { LostRace, type Reader, type Store } from '../../store/store.ts'
import type { IdentitySettings } from '../domain/identity-settings.ts'
import { mergePersons, type Person } from '../domain/person.ts'
import { tellMerges } from '../identity-events.ts'
import { type MergeRow, setApart } from '../merge-rows.ts'
import { type PlannedMerge, recordMerges } from '../merging.ts'
import { savePersons } from '../person-saving.ts'
import { lockPersons, mergesAmong, readPersons } from '../persons.ts'
import { requireProfile } from '../profiles.ts'
import type { OfStore } from '../rows.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { sharedKeys } from '../unmergeable.ts'

export interface MergeProfiles {
  account: number
  storeId: string
  /** Own ids, or retired ones. */
  profileIds: readonly [string, string]
  mergeId: string
  requestId: string
  now: number
}

/** Makes two profiles one because the operator says so, also two that an undone merge keeps apart. Throws a conflict when they are one. */
export function mergeProfilesOnRequest(store: Store, input: MergeProfiles): Promise<MergeRow> {
  const { account, storeId, mergeId, requestId, now } = input
  const place = { account, storeId }
  return store.transact(async (tx) => {
    const memoryStore = await requireActiveStore(tx, account, storeId, storeHeld)
    const settings = memoryStore.identitySettings
    const ids = await ownIds(tx, place, input.profileIds)
    const persons = await lockPersons(tx, place, settings, ids.toSorted())
    const merge = planMerge(settings, persons, input)
    const shared = await sharedKeys(tx, account, memoryStore, merge.merged.view.identifiers)
    await savePersons(tx, { account, store: memoryStore, now, before: persons, after: [merge.merged], shared })
    await forgetSeparations(tx, place, merge)
    const change = { account, storeId, changeId: mergeId, source: 'operator', requestId, now }
    const [recorded] = (await recordMerges(tx, change, [merge])) as [MergeRow]
    await tellMerges(tx, change, [merge])
    return recorded
  })

  async function forgetSeparations(
    tx: Parameters<Parameters<Store['transact']>[0]>[0],
    of: OfStore,
    merge: PlannedMerge,
  ) {
    const ids = merge.merged.layers.map(({ id }) => id)
    const apart = (await mergesAmong(tx, of, ids)).filter(
      (row) => row.apart === 1 && ids.includes(row.left_id) && ids.includes(row.right_id),
    )
    if (apart.length > 0) await tx.run(setApart, { ...of, ids: apart.map(({ id }) => id), apart: 0 })
  }
}

/** What it would do, without doing it. */
export async function foreseeMergeOnRequest(
  read: Reader,
  settings: IdentitySettings,
  input: Pick<MergeProfiles, 'account' | 'storeId' | 'profileIds' | 'mergeId'>,
): Promise<PlannedMerge> {
  const place = { account: input.account, storeId: input.storeId }
  const ids = await ownIds(read, place, input.profileIds)
  return planMerge(settings, await readPersons(read, place, settings, ids), input)
}

async function ownIds(read: Reader, { account, storeId }: OfStore, profileIds: MergeProfiles['profileIds']) {
  const [one, other] = profileIds
  const first = await requireProfile(read, account, storeId, one)
  const second = await requireProfile(read, account, storeId, other)
  if (first.id !== second.id) return [first.id, second.id]
  throw new Failure('conflict', `Both ids stand for profile ${wireId('profile', first.id)} already.`, {
    conflictingResourceId: wireId('profile', first.id),
  })
}

function planMerge(
  settings: IdentitySettings,
  persons: readonly Person[],
  { profileIds: [leftId, rightId], mergeId }: Pick<MergeProfiles, 'profileIds' | 'mergeId'>,
): PlannedMerge {
  const left = persons.find(({ layers }) => layers.some(({ id }) => id === leftId))
  const right = persons.find(({ layers }) => layers.some(({ id }) => id === rightId))
  if (!left || !right) throw new LostRace()
  const merged = mergePersons(settings, left, right, mergeId)
  return { id: mergeId, leftId, rightId, left, right, merged, cause: 'OPERATOR', evidence: [] }
}
