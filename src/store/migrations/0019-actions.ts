import type { Migration } from '../migration.ts'

/** Actions, and the messages that they send: one for each recipient. */
export const actions: Migration = {
  name: '0019-actions',
  statements: (d) => [
    // status: 0 pending, 1 completed, 2 failed. due_at: when it is worked on next; null when it is over.
    `create table action (
      account integer not null,
      id text not null,
      conversation_id text not null,
      channel text not null,
      from_address text not null,
      text text not null,
      media text,
      content_id text,
      variables text,
      channel_settings text,
      status integer not null,
      message_id text,
      communication_id text,
      failure_reason text,
      tries integer not null,
      request_id text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      completed_at ${d.big},
      due_at ${d.big},
      leased_until ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create index action_due on action (account, due_at, id) where due_at is not null`,
    `create index action_conversation on action (account, conversation_id)`,

    // message_key: what the carrier is given to tell the same sending by. resource_id: of the communication.
    `create table action_message (
      account integer not null,
      action_id text not null,
      n integer not null,
      message_key text not null,
      address text not null,
      message_id text,
      resource_id text,
      failure text,
      primary key (account, action_id, n)
    ) ${d.keyTable}`,
    `create index action_message_id on action_message (account, message_id) where message_id is not null`,
  ],
}
