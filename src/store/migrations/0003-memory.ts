import type { Migration } from '../migration.ts'

/**
 * Memory stores, profiles, their identifiers and the ids that merges have retired. The last two are kept in the order in
 * which they are read whole, by profile, and found by an index that holds all that is asked: without statistics SQLite
 * takes the first two columns of a table's own key for telling enough.
 */
export const memory: Migration = {
  name: '0003-memory',
  statements: (d) => [
    `create table memory_store (
      account integer not null,
      id text not null,
      display_name text not null,
      description text,
      status text not null,
      intelligence_service_id text not null,
      version ${d.big} not null,
      identity_settings text not null,
      identity_version ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
    `create unique index memory_store_name on memory_store (account, display_name)`,

    `create table profile (
      account integer not null,
      store_id text not null,
      id text not null,
      traits text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, store_id, id)
    ) ${d.table}`,

    `create table profile_alias (
      account integer not null,
      store_id text not null,
      id text not null,
      canonical_id text not null,
      merged_at ${d.big} not null,
      primary key (account, store_id, canonical_id, id)
    ) ${d.keyTable}`,
    `create unique index profile_alias_id on profile_alias (account, store_id, id)`,

    // origin_id: the profile it was added to, whatever merges have done since; exclusive: no other profile may hold the value.
    `create table identifier (
      account integer not null,
      store_id text not null,
      id_type text not null,
      value text not null,
      profile_id text not null,
      id text not null,
      origin_id text not null,
      exclusive integer not null,
      source text not null,
      request_id text not null,
      added_at ${d.big} not null,
      primary key (account, store_id, profile_id, id_type, value)
    ) ${d.keyTable}`,
    `create index identifier_value on identifier (account, store_id, id_type, value, profile_id)`,
    `create unique index identifier_exclusive on identifier (account, store_id, id_type, value) where exclusive = 1`,
  ],
}
