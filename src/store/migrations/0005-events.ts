import type { Migration } from '../migration.ts'

/** What happened, numbered within each conversation, and how far each follower has read. */
export const events: Migration = {
  name: '0005-events',
  statements: (d) => [
    // note: what the debugger adds, such as the status reached and why. data: the resource as it was then, as the wire
    // spells it; only where somebody follows.
    `create table event (
      account integer not null,
      conversation_id text not null,
      n ${d.big} not null,
      id text not null,
      type text not null,
      subject text not null,
      request_id text not null,
      at ${d.big} not null,
      note text,
      data text,
      primary key (account, conversation_id, n)
    ) ${d.table}`,
    `create unique index event_id on event (account, id)`,

    `create table lane (
      account integer not null,
      follower text not null,
      conversation_id text not null,
      done ${d.big} not null,
      due_at ${d.big},
      leased_until ${d.big},
      primary key (account, follower, conversation_id)
    ) ${d.table}`,
    `create index lane_due on lane (account, follower, due_at) where due_at is not null`,
    `create index lane_conversation on lane (account, conversation_id)`,

    // What is worth telling an operator but belongs to no conversation's history: no text, addresses hashed.
    `create table diagnostic (
      account integer not null,
      id text not null,
      level text not null,
      code integer not null,
      message text not null,
      resource text,
      channel text,
      details text,
      request_id text not null,
      count ${d.big} not null,
      at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
  ],
}
