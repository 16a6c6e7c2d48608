import type { Tx } from '../store/store.ts'
import { type IdentitySettings, identifierConfig } from './domain/identity-settings.ts'
import { comparesByLikeness } from './domain/likeness.ts'
import type { Person } from './domain/person.ts'
import { type Holder, type Identifier, identifierKey, matchingProfiles } from './domain/resolution.ts'
import { holdersAmong } from './identifier-rows.ts'
import type { MemoryStore } from './memory-store.ts'
import { lockHolders } from './persons.ts'
import { profilesLocked } from './profile-rows.ts'
import type { IdentifierRow } from './rows.ts'
import { sharedKeys } from './unmergeable.ts'

interface Identified {
  identifiers: readonly Identifier[]
}

/** Items of a batch that can be written together, as nothing leads from one to another. The others are in neither. */
export interface SortedBatch<T> {
  /** Nobody holds any of their identifiers. */
  strangers: ReadonlySet<T>
  /** Each adds to one person, locked, who is nobody else's by anything that either of the two holds. */
  acquaintances: ReadonlyMap<T, Acquaintance>
}

export interface Acquaintance {
  person: Person
  /** The id that the strongest of the item's identifiers was added to. */
  foundBy: string
}

/** Tells apart whom nobody knows, who is known and can not merge by it, and those who have to be looked at one by one. */
export async function sortOut<T extends Identified>(
  tx: Tx,
  account: number,
  store: MemoryStore,
  items: readonly T[],
): Promise<SortedBatch<T>> {
  const all = items.flatMap(({ identifiers }) => identifiers)
  if (all.length === 0) return { strangers: new Set(), acquaintances: new Map() }
  const holders = await holdersOf(tx, account, store.id, all)
  await lockInOrder(tx, account, store.id, holders)
  const isPlain = plainnessIn(items, store.identitySettings, await sharedKeys(tx, account, store, all))
  const plain = items.filter(isPlain)
  const heldBy = ({ identifiers }: T) => identifiers.flatMap((one) => holders.get(identifierKey(one)) ?? [])
  return {
    strangers: new Set(plain.filter((item) => heldBy(item).length === 0)),
    acquaintances: await acquaintancesAmong(tx, account, store, { items, plain, heldBy }),
  }
}

/** By the key of the identifier. */
async function holdersOf(
  tx: Tx,
  account: number,
  storeId: string,
  identifiers: readonly Identifier[],
): Promise<Map<string, Holder[]>> {
  const rows = await tx.all(holdersAmong, {
    account,
    storeIds: [storeId],
    idTypes: [...new Set(identifiers.map(({ idType }) => idType))],
    values: [...new Set(identifiers.map(({ value }) => value))],
  })
  const holders = rows.map((row) => ({
    idType: row.id_type,
    value: row.value,
    profileId: row.profile_id,
    originId: row.origin_id,
  }))
  return Map.groupBy(holders, identifierKey)
}

/** All at once and in the order in which everybody does, as the items come in any. */
async function lockInOrder(tx: Tx, account: number, storeId: string, holders: Map<string, Holder[]>): Promise<void> {
  const ids = [...new Set([...holders.values()].flat().map(({ profileId }) => profileId))]
  if (tx.dialect === 'postgres' && ids.length > 0) await tx.all(profilesLocked, { account, storeId, ids })
}

/** Whether an item has one value of each type at most, none of which leads anywhere but to who holds just that. */
function plainnessIn(
  items: readonly Identified[],
  settings: IdentitySettings,
  shared: ReadonlySet<string>,
): (item: Identified) => boolean {
  const uses = new Map<string, number>()
  for (const { identifiers } of items) {
    for (const key of new Set(identifiers.map(identifierKey))) uses.set(key, (uses.get(key) ?? 0) + 1)
  }
  return ({ identifiers }) =>
    new Set(identifiers.map(({ idType }) => idType)).size === identifiers.length &&
    identifiers.every((one) => {
      const key = identifierKey(one)
      return isComparedExactly(settings, one) && uses.get(key) === 1 && !shared.has(key)
    })
}

function isComparedExactly(settings: IdentitySettings, { idType }: Identifier): boolean {
  const config = identifierConfig(settings, idType)
  return config !== undefined && !comparesByLikeness(config)
}

async function acquaintancesAmong<T extends Identified>(
  tx: Tx,
  account: number,
  store: MemoryStore,
  { items, plain, heldBy }: { items: readonly T[]; plain: readonly T[]; heldBy: (item: T) => Holder[] },
): Promise<Map<T, Acquaintance>> {
  const settings = store.identitySettings
  const found = new Map<T, Acquaintance>()
  // By likeness an item may lead to anybody, whom another would then have written to before it.
  if (!items.every(({ identifiers }) => identifiers.every((one) => isComparedExactly(settings, one)))) return found
  const visits = new Map<string, number>()
  for (const item of items) {
    for (const id of new Set(heldBy(item).map(({ profileId }) => profileId))) visits.set(id, (visits.get(id) ?? 0) + 1)
  }
  const wanted = new Map<string, { item: T; held: Holder[]; foundBy: string }>()
  for (const item of plain) {
    const held = heldBy(item)
    const id = held[0]?.profileId
    if (id === undefined || visits.get(id) !== 1 || held.some(({ profileId }) => profileId !== id)) continue
    const [match] = matchingProfiles(settings, item.identifiers, held)
    if (match) wanted.set(id, { item, held, foundBy: match.by[0]?.originId ?? id })
  }
  const place = { account, storeId: store.id }
  for (const { person, held } of await lockHolders(tx, place, settings, [...wanted.keys()])) {
    const one = wanted.get(person.id)
    if (one && isNobodyElse(held, one.held)) found.set(one.item, { person, foundBy: one.foundBy })
  }
  return found
}

/** Whether a profile still holds what it was found by, and all that it holds is its alone. */
function isNobodyElse(rows: readonly IdentifierRow[], foundBy: readonly Holder[]): boolean {
  const keys = new Set(rows.map((row) => identifierKey({ idType: row.id_type, value: row.value })))
  return rows.every(({ exclusive }) => exclusive === 1) && foundBy.every((one) => keys.has(identifierKey(one)))
}
