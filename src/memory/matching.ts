import type { Reader } from '../store/store.ts'
import { identifierConfig } from './domain/identity-settings.ts'
import { comparesByLikeness, isLike, likelyLengths } from './domain/likeness.ts'
import type { MemoryStore } from './domain/memory-store.ts'
import { type Holder, type Identifier, identifierKey, matchingProfiles } from './domain/resolution.ts'
import { holdersAmong, identifiersByLength, identifiersOf } from './identifier-rows.ts'

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
  const alike = await findAlike(read, account, store, write.identifiers)
  let added = write.target === undefined ? [] : [write.target]
  for (;;) {
    for (const id of added) found.add(id)
    await presentIdentifiersOf(added)
    const exact = await findHolders(read, account, store.id, [...presented.values()])
    const matching = matchingProfiles(store.identitySettings, [...presented.values()], [...exact, ...alike])
    added = matching.filter((id) => !found.has(id))
    if (added.length === 0) return [...found].sort()
  }

  async function presentIdentifiersOf(profileIds: string[]): Promise<void> {
    if (profileIds.length === 0) return
    const rows = await read.all(identifiersOf, { account, storeId: store.id, profileIds })
    for (const row of rows) presented.set(`${row.id_type}:${row.value}`, { idType: row.id_type, value: row.value })
  }
}

/** Who answers to a normalised identifier, earliest first. */
export async function findProfilesBy(
  read: Reader,
  account: number,
  store: MemoryStore,
  identifier: Identifier,
): Promise<string[]> {
  const exact = await findHolders(read, account, store.id, [identifier])
  const alike = await findAlike(read, account, store, [identifier])
  return [...new Set([...exact, ...alike].map((holder) => holder.profileId))].sort()
}

/** Who holds a value like one of these, of types that compare by likeness; each named as a holder of the value asked for. */
async function findAlike(
  read: Reader,
  account: number,
  store: MemoryStore,
  identifiers: readonly Identifier[],
): Promise<Holder[]> {
  const alike: Holder[] = []
  for (const { idType, value } of identifiers) {
    const config = identifierConfig(store.identitySettings, idType)
    if (!config || !comparesByLikeness(config)) continue
    const percent = config.matchingThreshold
    const scope = { account, storeId: store.id, idType }
    const rows = await read.all(identifiersByLength, { ...scope, ...likelyLengths(value, percent) })
    for (const row of rows) {
      if (isLike(row.value, value, percent)) alike.push({ idType, value, profileId: row.profile_id })
    }
  }
  return alike
}

/** Who holds these normalised identifiers in one store. */
async function findHolders(
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
