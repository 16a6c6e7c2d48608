import type { Migration } from '../migration.ts'

/** Calls of the virtual network, each of their legs a row, and transcriptions of the real one. */
export const calls: Migration = {
  name: '0016-calls',
  statements: (d) => [
    // handset: the address key of the party outside. node and seen_at, wall time, tell whether the process that runs a
    // live call is still there.
    `create table phone_call (
      account integer not null,
      id text not null,
      sid text not null,
      parent_sid text,
      from_address text not null,
      to_address text not null,
      handset text not null,
      direction text not null,
      status text not null,
      live integer not null,
      node text not null,
      seen_at ${d.big} not null,
      created_at ${d.big} not null,
      answered_at ${d.big},
      ended_at ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create unique index phone_call_sid on phone_call (account, sid)`,
    `create index phone_call_handset on phone_call (account, handset, id)`,
    // Transcriptions of the real network; conversation_id is null while, or where, nothing is captured.
    `create table transcription (
      account integer not null,
      sid text not null,
      call_sid text not null,
      conversation_id text,
      stopped_at ${d.big},
      created_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.keyTable}`,
    `create index transcription_conversation on transcription (account, conversation_id) where conversation_id is not null`,
    `create index phone_call_live on phone_call (node, seen_at) where live = 1`,
  ],
}
