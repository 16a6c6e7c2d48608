import { LostRace, type Reader, type Tx } from '../store/store.ts'
import type { IdentitySettings } from './domain/identity-settings.ts'
import type { ProfileState, StoredIdentifier } from './domain/merging.ts'
import { type Person, personOf } from './domain/person.ts'
import { identifiersOf } from './identifier-rows.ts'
import { type LayerRow, layersByIds, type MergeRow, mergesOfLeft, mergesOfRight } from './merge-rows.ts'
import { aliasesByCanonical, profilesByIds, profilesLocked } from './profile-rows.ts'
import type { IdentifierRow, OfStore, ProfileRow } from './rows.ts'

/** An identifier without what follows from the layer it is in. */
type PackedIdentifier = Omit<StoredIdentifier, 'originId'>

/** Locks the persons with these own ids, in the order in which everybody does. Starts over when one of them is gone. */
export async function lockPersons(
  tx: Tx,
  place: OfStore,
  settings: IdentitySettings,
  ids: readonly string[],
): Promise<Person[]> {
  const rows = ids.length === 0 ? [] : await tx.all(profilesLocked, { ...place, ids: [...ids] })
  if (rows.length < ids.length) throw new LostRace()
  return personsOf(tx, place, settings, rows)
}

/**
 * Those of these persons that are there, locked, each with the rows of all identifiers that they hold. For a batch, which
 * leaves to others whom it does not find.
 */
export async function lockHolders(
  tx: Tx,
  place: OfStore,
  settings: IdentitySettings,
  ids: readonly string[],
): Promise<{ person: Person; held: IdentifierRow[] }[]> {
  const rows = ids.length === 0 ? [] : await tx.all(profilesLocked, { ...place, ids: [...ids] })
  if (rows.length === 0) return []
  const identifiers = await tx.all(identifiersOf, { ...place, profileIds: rows.map(({ id }) => id) })
  const held = Map.groupBy(identifiers, (row) => row.profile_id)
  const layers = await layersOf(
    tx,
    place,
    rows.filter(({ aliases }) => aliases > 0).map(({ id }) => id),
  )
  return rows.map((row) => {
    const own = held.get(row.id) ?? []
    return { person: personOf(settings, layers.get(row.id) ?? [stateOf(row, own)]), held: own }
  })
}

/** Persons without keeping anybody from changing them. Those that are gone are left out. */
export async function readPersons(
  read: Reader,
  place: OfStore,
  settings: IdentitySettings,
  ids: readonly string[],
): Promise<Person[]> {
  const rows = ids.length === 0 ? [] : await read.all(profilesByIds, { ...place, ids: [...ids] })
  return personsOf(read, place, settings, rows)
}

/** The merges, in force or not, that name one of these ids, the oldest first. */
export async function mergesAmong(read: Reader, place: OfStore, ids: readonly string[]): Promise<MergeRow[]> {
  const some = { ...place, ids: [...ids] }
  const found = [...(await read.all(mergesOfLeft, some)), ...(await read.all(mergesOfRight, some))]
  return [...new Map(found.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

export function layerRow({ account, storeId }: OfStore, layer: ProfileState): LayerRow {
  const identifiers = layer.identifiers.map(({ originId: _, ...packed }): PackedIdentifier => packed)
  return {
    account,
    store_id: storeId,
    id: layer.id,
    traits: JSON.stringify(layer.traits),
    identifiers: JSON.stringify(identifiers),
    created_at: layer.createdAt,
  }
}

/** A person of one id has no layers in the database: the profile and its identifiers say it all. */
async function personsOf(
  read: Reader,
  place: OfStore,
  settings: IdentitySettings,
  rows: readonly ProfileRow[],
): Promise<Person[]> {
  if (rows.length === 0) return []
  const single = rows.filter(({ aliases }) => aliases === 0).map(({ id }) => id)
  const several = rows.filter(({ aliases }) => aliases > 0).map(({ id }) => id)
  const identifiers = single.length === 0 ? [] : await read.all(identifiersOf, { ...place, profileIds: single })
  const held = Map.groupBy(identifiers, (row) => row.profile_id)
  const layers = await layersOf(read, place, several)
  return rows
    .map((row) => personOf(settings, layers.get(row.id) ?? [stateOf(row, held.get(row.id) ?? [])]))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function layersOf(read: Reader, place: OfStore, ids: readonly string[]): Promise<Map<string, ProfileState[]>> {
  const { account, storeId } = place
  if (ids.length === 0) return new Map()
  const aliases = await read.all(aliasesByCanonical, { account, storeIds: [storeId], ids: [...ids] })
  const owners = new Map([
    ...ids.map((id) => [id, id] as const),
    ...aliases.map((row) => [row.id, row.canonical_id] as const),
  ])
  const rows = await read.all(layersByIds, { ...place, ids: [...owners.keys()] })
  return Map.groupBy(rows.map(layerOf), ({ id }) => owners.get(id) as string)
}

function layerOf(row: LayerRow): ProfileState {
  const packed = JSON.parse(row.identifiers) as PackedIdentifier[]
  return {
    id: row.id,
    createdAt: row.created_at,
    traits: JSON.parse(row.traits),
    identifiers: packed.map((identifier) => ({ ...identifier, originId: row.id })),
  }
}

function stateOf(row: ProfileRow, identifiers: readonly IdentifierRow[]): ProfileState {
  return {
    id: row.id,
    createdAt: row.created_at,
    traits: JSON.parse(row.traits),
    identifiers: identifiers.map((identifier) => ({
      idType: identifier.id_type,
      value: identifier.value,
      id: identifier.id,
      originId: row.id,
      source: identifier.source,
      detail: identifier.detail,
      requestId: identifier.request_id,
      addedAt: identifier.added_at,
    })),
  }
}
