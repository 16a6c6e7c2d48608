import type { Reader } from '../store/store.ts'
import { linksBetween } from './domain/identity-graph.ts'
import { identifiersOf } from './identifier-rows.ts'
import type { MergeRow } from './merge-rows.ts'
import { mergesAmong } from './persons.ts'
import { aliasesByCanonical } from './profile-rows.ts'
import type { IdentifierRow, OfProfile } from './rows.ts'

/** An identifier of a profile, and why it has it: what added it, and the merges that brought it here, in their order. */
export interface ExplainedIdentifier {
  row: IdentifierRow
  merges: MergeRow[]
}

/** All identifiers of a profile, by its own id, the oldest first. */
export async function explainIdentifiers(read: Reader, profile: OfProfile): Promise<ExplainedIdentifier[]> {
  const { account, storeId, profileId } = profile
  const rows = await read.all(identifiersOf, { account, storeId, profileIds: [profileId] })
  const merges = await mergesInForce(read, profile)
  const links = merges.map((row) => ({ id: row.id, leftId: row.left_id, rightId: row.right_id, row }))
  return rows.map((row) => ({
    row,
    merges: linksBetween(row.origin_id, profileId, links).map((link) => link.row),
  }))
}

/** Every id that stands for a profile, its own first. */
export async function idsOf(read: Reader, { account, storeId, profileId }: OfProfile): Promise<string[]> {
  const aliases = await read.all(aliasesByCanonical, { account, storeIds: [storeId], ids: [profileId] })
  return [profileId, ...aliases.map(({ id }) => id)]
}

async function mergesInForce(read: Reader, profile: OfProfile): Promise<MergeRow[]> {
  const ids = await idsOf(read, profile)
  if (ids.length === 1) return []
  return (await mergesAmong(read, profile, ids)).filter((row) => row.undone_at === null)
}
