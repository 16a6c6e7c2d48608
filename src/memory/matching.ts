import type { Reader } from '../store/store.ts'
import type { MemoryStore } from './domain/memory-store.ts'
import { type Holder, type Identifier, identifierKey, matchingProfiles } from './domain/resolution.ts'
import { holdersAmong, identifiersOf } from './rows.ts'

/**
 * The profiles that a write belongs to, earliest first: the one it names, if any, and whoever is the same person by these
 * identifiers or, in turn, by those of a profile found so.
 */
export async function findSamePerson(
  read: Reader,
  account: number,
  store: MemoryStore,
  write: { target?: string | undefined; identifiers: readonly Identifier[] },
): Promise<string[]> {
  const found = new Set<string>()
  const presented = new Map(write.identifiers.map((identifier) => [identifierKey(identifier), identifier]))
  let added = write.target === undefined ? [] : [write.target]
  for (;;) {
    for (const id of added) found.add(id)
    await presentIdentifiersOf(added)
    const holders = await findHolders(read, account, store.id, [...presented.values()])
    added = matchingProfiles(store.identitySettings, [...presented.values()], holders).filter((id) => !found.has(id))
    if (added.length === 0) return [...found].sort()
  }

  async function presentIdentifiersOf(profileIds: string[]): Promise<void> {
    if (profileIds.length === 0) return
    const rows = await read.all(identifiersOf, { account, storeId: store.id, profileIds })
    for (const row of rows) presented.set(`${row.id_type}:${row.value}`, { idType: row.id_type, value: row.value })
  }
}

/** Who holds these normalised identifiers in one store. */
export async function findHolders(
  read: Reader,
  account: number,
  storeId: string,
  identifiers: readonly Identifier[],
): Promise<Holder[]> {
  if (identifiers.length === 0) return []
  const wanted = new Set(identifiers.map(identifierKey))
  const rows = await read.all(holdersAmong, {
    account,
    storeIds: [storeId],
    idTypes: [...new Set(identifiers.map((identifier) => identifier.idType))],
    values: [...new Set(identifiers.map((identifier) => identifier.value))],
  })
  return rows
    .map((row) => ({ idType: row.id_type, value: row.value, profileId: row.profile_id }))
    .filter((holder) => wanted.has(identifierKey(holder)))
}
