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
  source: 'text',
  request_id: 'text',
  added_at: 'big',
})
export type StoreRow = RowOf<typeof storeTable>
export type ProfileRow = RowOf<typeof profileTable>
export type IdentifierRow = RowOf<typeof identifierTable>

interface Tables {
  memory_store: StoreRow
  profile: ProfileRow
  profile_alias: RowOf<typeof aliasTable>
  identifier: IdentifierRow
}

/** Begins a statement over the tables of this room. */
export const statement = statements<Tables>()

export interface OfStore {
  account: number
  storeId: string
}
