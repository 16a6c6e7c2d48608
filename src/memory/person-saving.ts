import { LostRace, type Tx } from '../store/store.ts'
import { identifierConfig } from './domain/identity-settings.ts'
import type { StoredIdentifier } from './domain/merging.ts'
import type { Person } from './domain/person.ts'
import { identifierKey } from './domain/resolution.ts'
import { deleteIdentifiers, moveIdentifiers } from './identifier-rows.ts'
import type { MemoryStore } from './memory-store.ts'
import { deleteLayers, layerTable } from './merge-rows.ts'
import { layerRow } from './persons.ts'
import { countAliases, deleteAliases, deleteProfiles, pointAliases } from './profile-rows.ts'
import { aliasTable, type IdentifierRow, identifierTable, profileTable } from './rows.ts'
import { holdersOfValue } from './unmergeable-rows.ts'

export interface PersonSaving {
  account: number
  store: MemoryStore
  now: number
  /** Locked; none when somebody is new. */
  before: readonly Person[]
  /** One after a merge or a write, two after an unmerge. */
  after: readonly Person[]
  /** Keys of values that several profiles may hold whatever their type says. */
  shared: ReadonlySet<string>
}

/** Makes the rows say what `after` says. Rows are taken in the order of profiles, identifiers, aliases. */
export async function savePersons(tx: Tx, saving: PersonSaving): Promise<void> {
  await saveIdentifiers(tx, saving)
  await saveProfiles(tx, saving)
  await saveLayers(tx, saving)
}

/** Makes the rows of persons whom nobody knew, and who have nothing that anybody else has. */
export async function saveNewcomers(
  tx: Tx,
  { account, store, now, persons }: Pick<PersonSaving, 'account' | 'store' | 'now'> & { persons: readonly Person[] },
): Promise<void> {
  const place = { account, store }
  await insertIdentifiers(
    tx,
    persons.flatMap(({ id, view }) =>
      view.identifiers.map((one) => identifierRow({ ...place, profileId: id }, one, false)),
    ),
  )
  await tx.insert(
    profileTable,
    persons.map((person) => profileRow({ account, store, now }, person)),
  )
}

/** The row of an identifier that a profile holds. `isShared`: it is on the list of values that never merge. */
function identifierRow(
  { account, store, profileId }: { account: number; store: MemoryStore; profileId: string },
  identifier: StoredIdentifier,
  isShared: boolean,
): IdentifierRow {
  const isUnique = identifierConfig(store.identitySettings, identifier.idType)?.enforceUnique ?? false
  return {
    account,
    store_id: store.id,
    id_type: identifier.idType,
    value: identifier.value,
    profile_id: profileId,
    id: identifier.id,
    origin_id: identifier.originId,
    exclusive: isUnique && !isShared ? 1 : 0,
    shared: isShared ? 1 : 0,
    source: identifier.source,
    detail: identifier.detail,
    request_id: identifier.requestId,
    added_at: identifier.addedAt,
  }
}

async function saveIdentifiers(tx: Tx, { account, store, before, after, shared }: PersonSaving): Promise<void> {
  const place = { account, storeId: store.id }
  const from = before.map(({ id }) => id)
  const holderBefore = new Map(before.flatMap(({ id, view }) => view.identifiers.map((one) => [one.id, id] as const)))
  const staying = new Set(after.flatMap(({ view }) => view.identifiers.map(({ id }) => id)))
  const gone = [...holderBefore.keys()].filter((id) => !staying.has(id))
  if (gone.length > 0) await tx.run(deleteIdentifiers, { ...place, profileIds: from, ids: gone })
  for (const { id: to, view } of after) {
    const moved = view.identifiers.filter(({ id }) => holderBefore.has(id) && holderBefore.get(id) !== to)
    if (moved.length === 0) continue
    await tx.run(moveIdentifiers, { ...place, from, ids: moved.map(({ id }) => id), to })
  }
  // Two who were divided may both have been given a value that no other may hold.
  const holders = Map.groupBy(
    after.flatMap(({ view }) => view.identifiers),
    identifierKey,
  )
  const rowOf = (profileId: string, identifier: StoredIdentifier): IdentifierRow => {
    const key = identifierKey(identifier)
    const row = identifierRow({ account, store, profileId }, identifier, shared.has(key))
    return (holders.get(key) ?? []).length > 1 ? { ...row, exclusive: 0 } : row
  }
  const kept = after.flatMap(({ id, view }) =>
    view.identifiers.filter((one) => holderBefore.has(one.id)).map((one) => rowOf(id, one)),
  )
  if (after.length > 1) {
    await setExclusive(
      tx,
      kept.filter((row) => (holders.get(rowKey(row)) ?? []).length > 1),
    )
  }
  if (before.length > 1) await claimCollapsed(tx, before, kept)
  await insertIdentifiers(
    tx,
    after.flatMap(({ id, view }) =>
      view.identifiers.filter((one) => !holderBefore.has(one.id)).map((one) => rowOf(id, one)),
    ),
  )
}

/** Everybody inserts in the order of the values, so that nobody waits in a circle. */
async function insertIdentifiers(tx: Tx, unordered: readonly IdentifierRow[]): Promise<void> {
  const rows = unordered
    .map((row) => ({ row, key: rowKey(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)
  // Somebody who takes the same value at the same time has it, and their profile is found when this runs again.
  if (rows.length > 0 && (await tx.insert(identifierTable, rows, 'nothing')) < rows.length) throw new LostRace()
}

/** A value that several of those who became one had, and nobody else has, is theirs alone from now on if its type says so. */
async function claimCollapsed(tx: Tx, before: readonly Person[], kept: readonly IdentifierRow[]): Promise<void> {
  const times = Map.groupBy(
    before.flatMap(({ view }) => view.identifiers),
    identifierKey,
  )
  const collapsed = kept.filter((row) => row.exclusive === 1 && (times.get(rowKey(row)) ?? []).length > 1)
  const alone: IdentifierRow[] = []
  for (const row of collapsed) {
    const { account, store_id: storeId, id_type: idType, value } = row
    const held = await tx.all(holdersOfValue, { account, storeId, idType, value })
    if (held.every(({ profile_id }) => profile_id === row.profile_id)) alone.push(row)
  }
  await setExclusive(tx, alone)
}

async function setExclusive(tx: Tx, rows: readonly IdentifierRow[]): Promise<void> {
  await tx.update(identifierTable, ['account', 'store_id', 'profile_id', 'id_type', 'value'], ['exclusive'], [...rows])
}

async function saveProfiles(tx: Tx, { account, store, now, before, after }: PersonSaving): Promise<void> {
  const place = { account, storeId: store.id }
  const known = new Set(before.map(({ id }) => id))
  const living = new Set(after.map(({ id }) => id))
  const wasAlias = new Set(
    before.flatMap(({ id, layers }) => layers.map((layer) => layer.id).filter((one) => one !== id)),
  )
  const rows = after.map((person) => profileRow({ account, store, now }, person))
  const retired = before.map(({ id }) => id).filter((id) => !living.has(id))
  if (retired.length > 0) await tx.run(deleteProfiles, { ...place, ids: retired })
  const returned = [...living].filter((id) => wasAlias.has(id))
  if (returned.length > 0) await tx.run(deleteAliases, { ...place, from: [...known], ids: returned })
  await tx.insert(
    profileTable,
    rows.filter(({ id }) => !known.has(id)),
  )
  await tx.update(
    profileTable,
    ['account', 'store_id', 'id'],
    ['traits', 'updated_at'],
    rows.filter(({ id }) => known.has(id)),
  )
  for (const { id, layers } of after) {
    const others = layers.map((layer) => layer.id).filter((one) => one !== id)
    if (before.length === after.length || (others.length === 0 && wasAlias.size === 0)) continue
    const pointed = others.filter((one) => wasAlias.has(one))
    if (pointed.length > 0) await tx.run(pointAliases, { ...place, from: [...known], ids: pointed, to: id })
    const fresh = others.filter((one) => !wasAlias.has(one))
    await tx.insert(
      aliasTable,
      fresh.map((one) => ({ account, store_id: store.id, id: one, canonical_id: id, merged_at: now })),
    )
    await tx.run(countAliases, { ...place, id, aliases: others.length })
  }
}

function profileRow({ account, store, now }: Pick<PersonSaving, 'account' | 'store' | 'now'>, { id, view }: Person) {
  const traits = JSON.stringify(view.traits)
  return { account, store_id: store.id, id, traits, created_at: view.createdAt, updated_at: now }
}

/** A person of one id needs no layers beside the profile. */
async function saveLayers(tx: Tx, { account, store, before, after }: PersonSaving): Promise<void> {
  const place = { account, storeId: store.id }
  const layersOf = (persons: readonly Person[]) =>
    new Map(
      persons.filter(({ layers }) => layers.length > 1).flatMap(({ layers }) => layers.map((one) => [one.id, one])),
    )
  const [was, is] = [layersOf(before), layersOf(after)]
  const gone = [...was.keys()].filter((id) => !is.has(id))
  if (gone.length > 0) await tx.run(deleteLayers, { ...place, ids: gone })
  const fresh = [...is.values()].filter(({ id }) => !was.has(id))
  await tx.insert(
    layerTable,
    fresh.map((layer) => layerRow(place, layer)),
  )
  const changed = [...is.values()].filter((layer) => was.has(layer.id) && was.get(layer.id) !== layer)
  await tx.update(
    layerTable,
    ['account', 'store_id', 'id'],
    ['traits', 'identifiers'],
    changed.map((layer) => layerRow(place, layer)),
  )
}

function rowKey({ id_type, value }: IdentifierRow): string {
  return identifierKey({ idType: id_type, value })
}
