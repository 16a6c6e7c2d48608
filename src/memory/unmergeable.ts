import type { Reader } from '../store/store.ts'
import { type Identifier, identifierKey } from './domain/resolution.ts'
import type { MemoryStore } from './memory-store.ts'
import { sharedAmong } from './unmergeable-rows.ts'

/** The keys of those of these identifiers that are on the store's list of values that never merge. */
export async function sharedKeys(
  read: Reader,
  account: number,
  store: Pick<MemoryStore, 'id' | 'sharedValues'>,
  identifiers: readonly Identifier[],
): Promise<Set<string>> {
  if (store.sharedValues === 0 || identifiers.length === 0) return new Set()
  const wanted = new Set(identifiers.map(identifierKey))
  const rows = await read.all(sharedAmong, {
    account,
    storeId: store.id,
    idTypes: [...new Set(identifiers.map(({ idType }) => idType))],
    values: [...new Set(identifiers.map(({ value }) => value))],
  })
  const listed = rows.map((row) => identifierKey({ idType: row.id_type, value: row.value }))
  return new Set(listed.filter((key) => wanted.has(key)))
}
