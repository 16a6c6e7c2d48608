import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import { LostRace, type Reader, type Tx } from '../store/store.ts'
import type { Identifier } from './domain/resolution.ts'
import { identifiersOf } from './identifier-rows.ts'
import { aliasesByIds, profileById, profilesLocked } from './profile-rows.ts'
import type { OfStore, ProfileRow } from './rows.ts'

/** The profile that an id stands for, whether it is its own or one that a merge retired. Throws `not_found`. */
export async function requireProfile(
  read: Reader,
  account: number,
  storeId: string,
  profileId: string,
): Promise<ProfileRow> {
  const profile =
    (await read.get(profileById, { account, storeId, id: profileId })) ??
    (await profileBehind(read, account, storeId, profileId))
  if (!profile) throw notFound(`Profile ${wireId('profile', profileId)} was not found in this memory store.`)
  return profile
}

/**
 * Locks the profile that an id stands for, so that nobody merges, divides or deletes it. Starts over when it stood for another by
 * the time that the lock was got. Throws `not_found`.
 */
export async function lockProfile(tx: Tx, place: OfStore, profileId: string): Promise<ProfileRow> {
  const { id } = await requireProfile(tx, place.account, place.storeId, profileId)
  const [profile] = await tx.all(profilesLocked, { ...place, ids: [id] })
  if (!profile) throw new LostRace()
  await confirmStanding(tx, place, new Map([[profileId, id]]))
  return profile
}

/** For ids and the profiles, locked by now, that they stood for: starts over unless all of them still do. */
export async function confirmStanding(tx: Tx, place: OfStore, standing: ReadonlyMap<string, string>): Promise<void> {
  const retired = [...standing].filter(([named, id]) => named !== id)
  if (retired.length === 0) return
  const { account, storeId } = place
  const rows = await tx.all(aliasesByIds, { account, storeIds: [storeId], ids: retired.map(([named]) => named) })
  const now = new Map(rows.map((row) => [row.id, row.canonical_id]))
  if (retired.some(([named, id]) => now.get(named) !== id)) throw new LostRace()
}

/** The values of one type that a profile holds, oldest first. */
export async function identifiersOfType(read: Reader, profile: ProfileRow, idType: string): Promise<Identifier[]> {
  const { account, store_id: storeId, id } = profile
  const rows = await read.all(identifiersOf, { account, storeId, profileIds: [id] })
  return rows.filter((row) => row.id_type === idType).map((row) => ({ idType, value: row.value }))
}

/**
 * A merge may retire the canonical profile between the two reads; its aliases then point on, to an earlier one. An unmerge may
 * restore the profile itself, which then is no alias any more.
 */
async function profileBehind(
  read: Reader,
  account: number,
  storeId: string,
  aliasId: string,
): Promise<ProfileRow | undefined> {
  for (let before: string | undefined; ; ) {
    const alias = await read.get(aliasesByIds, { account, storeIds: [storeId], ids: [aliasId] })
    if (!alias) return read.get(profileById, { account, storeId, id: aliasId })
    if (alias.canonical_id === before) return undefined
    const profile = await read.get(profileById, { account, storeId, id: alias.canonical_id })
    if (profile) return profile
    before = alias.canonical_id
  }
}
