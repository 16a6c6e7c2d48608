import type { Migration } from '../migration.ts'

/**
 * What is remembered of a profile in plain words. Rows are kept by profile, as they are read; origin_id is the profile that
 * a row was written to, whatever merges have done since. embedded_with: the model whose vector the row has, or nothing.
 */
export const observations: Migration = {
  name: '0008-observations',
  statements: (d) => [
    `create table observation (
      account integer not null,
      store_id text not null,
      profile_id text not null,
      id text not null,
      origin_id text not null,
      content text not null,
      source text not null,
      conversation_ids text not null,
      occurred_at ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      revision ${d.big} not null,
      embedded_with text not null,
      primary key (account, store_id, profile_id, id)
    ) ${d.keyTable}`,
    `create unique index observation_id on observation (account, id)`,
    `create index observation_embedding on observation (account, embedded_with, id)`,

    // What an observation said before it was changed; n is the revision it was.
    `create table observation_revision (
      account integer not null,
      observation_id text not null,
      n ${d.big} not null,
      content text not null,
      source text not null,
      conversation_ids text not null,
      occurred_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, observation_id, n)
    ) ${d.table}`,

    `create table conversation_summary (
      account integer not null,
      store_id text not null,
      profile_id text not null,
      id text not null,
      origin_id text not null,
      content text not null,
      source text,
      conversation_id text not null,
      occurred_at ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      embedded_with text not null,
      primary key (account, store_id, profile_id, id)
    ) ${d.keyTable}`,
    `create unique index conversation_summary_id on conversation_summary (account, id)`,
    `create index conversation_summary_embedding on conversation_summary (account, embedded_with, id)`,

    // Another text with every change of what is remembered of the profile; empty as long as nothing ever was.
    `alter table profile add column memory_version text not null default ''`,
  ],
}
