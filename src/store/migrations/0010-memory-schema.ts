import type { Migration } from '../migration.ts'

/** What a memory store's profiles may hold, and how rows of other systems become it. */
export const memorySchema: Migration = {
  name: '0010-memory-schema',
  statements: (d) => [
    // The group Contact, which every store has, gets its row with its first change.
    `create table trait_group (
      account integer not null,
      store_id text not null,
      name text not null,
      id text not null,
      description text,
      traits text not null,
      version ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, store_id, name)
    ) ${d.table}`,

    `create table data_mapping (
      account integer not null,
      store_id text not null,
      id text not null,
      display_name text not null,
      description text,
      enabled integer not null,
      source_type text not null,
      source text not null,
      mappings text not null,
      version ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, store_id, id)
    ) ${d.table}`,
    `create unique index data_mapping_name on data_mapping (account, store_id, display_name)`,
  ],
}
