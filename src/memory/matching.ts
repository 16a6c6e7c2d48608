import type { Reader } from '../store/store.ts'
import { identifierConfig } from './domain/identity-settings.ts'
import { comparesByLikeness, isLike, likelyLengths } from './domain/likeness.ts'
import {
  type Holder,
  type Identifier,
  identifierKey,
  type Match,
  matchingProfiles,
  strongestMatch,
} from './domain/resolution.ts'
import { holdersAmong, identifiersByLength, identifiersOf } from './identifier-rows.ts'
import type { MemoryStore } from './memory-store.ts'

/** `shared`: on the list of values that never merge. */
type StoredHolder = Holder & { shared: boolean }

/** What says that two ids are one person: the identifiers that a request presents, or that a profile so found has. */
export interface Bond {
  leftId: string
  rightId: string
  by: Identifier[]
}

export interface SamePerson {
  /** Own ids, earliest first. */
  ids: string[]
  /** The id that a write without a name belongs to: the one that its strongest identifier was added to. */
  foundBy: string | undefined
  /** One for each profile but the first that was found, in the order in which they were. */
  bonds: Bond[]
}

export interface Presented {
  /** The profile that the write names, by its own id and as the caller did. */
  target?: string | undefined
  targetNamed?: string | undefined
  identifiers: readonly Identifier[]
  /** Keys of those that are on the list of values that never merge. */
  shared: ReadonlySet<string>
}

/**
 * The profiles that a write belongs to: the one it names, if any, and whoever is the same person by these identifiers or, in
 * turn, by those of a profile found so.
 */
export async function findSamePerson(
  read: Reader,
  account: number,
  store: MemoryStore,
  write: Presented,
): Promise<SamePerson> {
  const settings = store.identitySettings
  const isShared = (key: string) => write.shared.has(key)
  const found = new Set<string>()
  const bonds: Bond[] = []
  // The id to which each was added; undefined for what the write itself presents.
  const presented = new Map(
    write.identifiers.map((one) => [identifierKey(one), { one, from: undefined as string | undefined }]),
  )
  const alike = await findAlike(read, account, store, write.identifiers)
  let first: Match | undefined
  let added = write.target === undefined ? [] : [write.target]
  for (;;) {
    for (const id of added) found.add(id)
    await presentIdentifiersOf(added)
    const all = [...presented.values()].map(({ one }) => one)
    const exact = (await findHolders(read, account, store.id, all)).filter(({ shared }) => !shared)
    const matching = matchingProfiles(settings, all, [...exact, ...alike], isShared)
    const fresh = matching.filter(({ profileId }) => !found.has(profileId))
    if (found.size === 0) first = strongestMatch(settings, fresh)
    for (const match of fresh) if (match !== first) bonds.push(bondOf(match))
    added = fresh.map(({ profileId }) => profileId)
    if (added.length === 0) return { ids: [...found].sort(), foundBy: first?.by[0]?.originId, bonds }
  }

  function bondOf({ by }: Match): Bond {
    const [evidence] = by as [Holder]
    const from = presented.get(identifierKey(evidence))?.from
    const anchor = write.target === undefined ? (first?.by ?? []) : []
    const leftId = from ?? write.targetNamed ?? write.target ?? (anchor[0] ?? evidence).originId
    const together = from === undefined ? [...anchor, ...by] : by
    return { leftId, rightId: evidence.originId, by: together.map(({ idType, value }) => ({ idType, value })) }
  }

  async function presentIdentifiersOf(profileIds: string[]): Promise<void> {
    if (profileIds.length === 0) return
    const rows = await read.all(identifiersOf, { account, storeId: store.id, profileIds })
    for (const row of rows) {
      const one = { idType: row.id_type, value: row.value }
      if (!presented.has(identifierKey(one))) presented.set(identifierKey(one), { one, from: row.origin_id })
    }
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
      if (isLike(row.value, value, percent))
        alike.push({ idType, value, profileId: row.profile_id, originId: row.origin_id })
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
): Promise<StoredHolder[]> {
  if (identifiers.length === 0) return []
  const wanted = new Set(identifiers.map(identifierKey))
  const rows = await read.all(holdersAmong, {
    account,
    storeIds: [storeId],
    idTypes: [...new Set(identifiers.map((identifier) => identifier.idType))],
    values: [...new Set(identifiers.map((identifier) => identifier.value))],
  })
  return rows
    .map((row) => ({
      idType: row.id_type,
      value: row.value,
      profileId: row.profile_id,
      originId: row.origin_id,
      shared: row.shared === 1,
    }))
    .filter((holder) => wanted.has(identifierKey(holder)))
}
