import type { Migration } from '../migration.ts'

/**
 * Why profiles are one, so that it can be told and undone: what was written to each of the profiles that merges have made
 * one, the merges themselves, and the values that must never merge.
 */
export const identity: Migration = {
  name: '0012-identity',
  statements: (d) => [
    // aliases: how many ids merges have retired in favour of this profile, which then has layers.
    `alter table profile add column aliases integer not null default 0`,
    // shared: on the list of values that never merge. detail: the trait, conversation or import it came with.
    `alter table identifier add column shared integer not null default 0`,
    `alter table identifier add column detail text`,
    // What is asked of a value's holders stands in the index.
    `drop index identifier_value`,
    `create index identifier_value on identifier (account, store_id, id_type, value, profile_id, origin_id, shared)`,
    `alter table memory_store add column shared_values ${d.big} not null default 0`,

    // What was written to one id of a person that has several; the person's own row in profile shows them together.
    `create table profile_layer (
      account integer not null,
      store_id text not null,
      id text not null,
      traits text not null,
      identifiers text not null,
      created_at ${d.big} not null,
      primary key (account, store_id, id)
    ) ${d.table}`,

    // left_id and right_id: the ids that it says are one person. undone_at: when it was taken back; apart: never again by itself.
    `create table profile_merge (
      account integer not null,
      store_id text not null,
      id text not null,
      left_id text not null,
      right_id text not null,
      surviving_id text not null,
      retired_id text not null,
      cause text not null,
      evidence text not null,
      moved text not null,
      source text not null,
      request_id text not null,
      merged_at ${d.big} not null,
      undone_at ${d.big},
      undone_by text,
      apart integer not null,
      primary key (account, store_id, id)
    ) ${d.table}`,
    `create index profile_merge_left on profile_merge (account, store_id, left_id)`,
    `create index profile_merge_right on profile_merge (account, store_id, right_id)`,

    `create table shared_identifier (
      account integer not null,
      store_id text not null,
      id_type text not null,
      value text not null,
      id text not null,
      note text,
      request_id text not null,
      created_at ${d.big} not null,
      primary key (account, store_id, id_type, value)
    ) ${d.keyTable}`,
    `create unique index shared_identifier_id on shared_identifier (account, store_id, id)`,

    // What is left of what was erased: how much it was, and nothing of it.
    `create table erasure (
      account integer not null,
      id text not null,
      kind text not null,
      store_id text not null,
      subject text not null,
      counts text not null,
      request_id text not null,
      erased_at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
  ],
}
