import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { contactGroup, type TraitGroup } from './domain/trait-groups.ts'
import type { TraitGroupRow } from './rows.ts'
import { traitGroupsByNames, traitGroupsOf } from './trait-group-rows.ts'

/** A group of one store as it is at present. */
export interface StoredTraitGroup extends TraitGroup {
  /** Sorts the groups of a store by age. */
  id: string
  description: string | null
  version: number
  createdAt: number
}

/** Older than every id. */
const contact: StoredTraitGroup = { ...contactGroup, id: '0', description: null, version: 1, createdAt: 0 }

/** Those groups of a store that have these names. */
export async function traitGroupsNamed(
  read: Reader,
  account: number,
  storeId: string,
  names: readonly string[],
): Promise<StoredTraitGroup[]> {
  if (names.length === 0) return []
  const rows = await read.all(traitGroupsByNames, { account, storeId, names: [...names] })
  return withContact(rows.map(traitGroupOf), names.includes(contact.displayName))
}

/** All groups of a store, the oldest first. */
export async function allTraitGroups(read: Reader, account: number, storeId: string): Promise<StoredTraitGroup[]> {
  const rows = await read.all(traitGroupsOf, { account, storeId })
  return withContact(rows.map(traitGroupOf), true).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Throws `not_found` when the store has no such group. */
export async function requireTraitGroup(
  read: Reader,
  account: number,
  storeId: string,
  name: string,
): Promise<StoredTraitGroup> {
  const [group] = await traitGroupsNamed(read, account, storeId, [name])
  if (group) return group
  throw notFound(`Trait group "${name.slice(0, 100)}" was not found in this memory store.`, 520047)
}

/** What a trait group is called in its `ETag`, and as the subject of an operation. */
export function traitGroupTagId(storeId: string, name: string): string {
  return `${wireId('memoryStore', storeId)}/traitGroups/${name}`
}

function withContact(groups: StoredTraitGroup[], wanted: boolean): StoredTraitGroup[] {
  const known = groups.some(({ displayName }) => displayName === contact.displayName)
  return wanted && !known ? [contact, ...groups] : groups
}

function traitGroupOf(row: TraitGroupRow): StoredTraitGroup {
  return {
    id: row.id,
    displayName: row.name,
    description: row.description,
    traits: JSON.parse(row.traits),
    version: row.version,
    createdAt: row.created_at,
  }
}
