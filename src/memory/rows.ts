import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const storeTable = table('memory_store', {
  account: 'int',
  id: 'text',
  display_name: 'text',
  description: 'text?',
  status: 'text',
  intelligence_service_id: 'text',
  version: 'big',
  identity_settings: 'text',
  identity_version: 'big',
  created_at: 'big',
  updated_at: 'big',
})
export const profileTable = table('profile', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  traits: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export const aliasTable = table('profile_alias', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  canonical_id: 'text',
  merged_at: 'big',
})
export const identifierTable = table('identifier', {
  account: 'int',
  store_id: 'text',
  id_type: 'text',
  value: 'text',
  profile_id: 'text',
  id: 'text',
  origin_id: 'text',
  exclusive: 'int',
  shared: 'int',
  source: 'text',
  detail: 'text?',
  request_id: 'text',
  added_at: 'big',
})
export const observationTable = table('observation', {
  account: 'int',
  store_id: 'text',
  profile_id: 'text',
  id: 'text',
  origin_id: 'text',
  content: 'text',
  source: 'text',
  conversation_ids: 'text',
  occurred_at: 'big',
  created_at: 'big',
  updated_at: 'big',
  revision: 'big',
  embedded_with: 'text',
})
export const revisionTable = table('observation_revision', {
  account: 'int',
  observation_id: 'text',
  n: 'big',
  content: 'text',
  source: 'text',
  conversation_ids: 'text',
  occurred_at: 'big',
  updated_at: 'big',
})
export const summaryTable = table('conversation_summary', {
  account: 'int',
  store_id: 'text',
  profile_id: 'text',
  id: 'text',
  origin_id: 'text',
  content: 'text',
  source: 'text?',
  conversation_id: 'text',
  occurred_at: 'big',
  created_at: 'big',
  updated_at: 'big',
  embedded_with: 'text',
})
export const vectorTable = table('memory_vector', {
  account: 'int',
  memory_id: 'text',
  vector: 'text',
})
export const traitGroupTable = table('trait_group', {
  account: 'int',
  store_id: 'text',
  name: 'text',
  id: 'text',
  description: 'text?',
  traits: 'text',
  version: 'big',
  created_at: 'big',
  updated_at: 'big',
})
export const dataMappingTable = table('data_mapping', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  display_name: 'text',
  description: 'text?',
  enabled: 'int',
  source_type: 'text',
  source: 'text',
  mappings: 'text',
  version: 'big',
  created_at: 'big',
  updated_at: 'big',
})
export type ObservationRow = RowOf<typeof observationTable>
export type RevisionRow = RowOf<typeof revisionTable>
export type SummaryRow = RowOf<typeof summaryTable>
/** `shared_values` is how many values are on its list of those that never merge. */
export type StoreRow = RowOf<typeof storeTable> & { shared_values: number }
/**
 * `memory_version` is what the steps of `memories.ts` set, and empty in a profile that has no memories yet. `aliases` is how
 * many ids merges have retired in its favour.
 */
export type ProfileRow = RowOf<typeof profileTable> & { memory_version: string; aliases: number }
export type AliasRow = RowOf<typeof aliasTable>
export type IdentifierRow = RowOf<typeof identifierTable>
export type DataMappingRow = RowOf<typeof dataMappingTable>
export type TraitGroupRow = RowOf<typeof traitGroupTable>

interface Tables {
  memory_store: StoreRow
  profile: ProfileRow
  profile_alias: AliasRow
  identifier: IdentifierRow
  observation: ObservationRow
  observation_revision: RevisionRow
  conversation_summary: SummaryRow
  memory_vector: RowOf<typeof vectorTable>
  trait_group: TraitGroupRow
  data_mapping: DataMappingRow
}

/** Begins a statement over the tables of this room. */
export const statement = statements<Tables>()

export interface OfProfile extends OfStore {
  profileId: string
}

export interface OfStore {
  account: number
  storeId: string
}
