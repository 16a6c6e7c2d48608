import type { Migration } from '../migration.ts'

/** Where status callbacks go, and what became of each event on its way there. */
export const webhooks: Migration = {
  name: '0006-webhooks',
  statements: (d) => [
    // owner: the configuration or conversation whose list names it; a change of its URL keeps the target.
    `create table target (
      account integer not null,
      id text not null,
      owner_kind text not null,
      owner_id text not null,
      url text not null,
      method text not null,
      state text not null,
      disabled_reason text,
      disabled_at ${d.big},
      failing_since ${d.big},
      failures ${d.big} not null,
      last_success_at ${d.big},
      last_failure_at ${d.big},
      created_at ${d.big} not null,
      removed_at ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create index target_owner on target (account, owner_id) where removed_at is null`,
    `create index target_present on target (account, id) where removed_at is null`,
    `create index target_removed on target (account, removed_at) where removed_at is not null`,

    // state: 0 pending, 1 delivered, 2 dead, 3 cancelled. due_at: when a parked one is tried again; null while its lane has it.
    `create table delivery (
      account integer not null,
      id text not null,
      target_id text not null,
      conversation_id text not null,
      n ${d.big} not null,
      event_type text not null,
      token text not null,
      state integer not null,
      tries integer not null,
      attempts integer not null,
      due_at ${d.big},
      leased_until ${d.big},
      last_status integer,
      last_error text,
      request_id text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
    // Each of these is a tree that every delivery is written into. The first also finds those of a conversation.
    `create unique index delivery_event on delivery (account, conversation_id, target_id, n)`,
    `create index delivery_due on delivery (account, target_id, due_at) where due_at is not null`,
    // Lists are in order of creation, and each state, or each state of each type, is one stretch of an index.
    `create index delivery_target on delivery (account, target_id, state, created_at, id)`,
    `create index delivery_type on delivery (account, event_type, state, created_at, id)`,

    // By which old histories are found: an event that tells of a closing, or happened after it, has this in its note.
    `create index event_closed on event (account, at) where note like '%"status":"CLOSED"%' or note like '%"standing":"CLOSED"%'`,
    `create index diagnostic_age on diagnostic (account, at)`,

    `create table delivery_attempt (
      account integer not null,
      delivery_id text not null,
      number integer not null,
      at ${d.big} not null,
      url text not null,
      status integer,
      latency_ms ${d.big} not null,
      error text,
      detail text,
      response_headers text,
      response_body text,
      primary key (account, delivery_id, number)
    ) ${d.keyTable}`,
  ],
}
