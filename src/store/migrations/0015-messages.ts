import type { Migration } from '../migration.ts'

/** Messages of the virtual network, what applications are yet to be told of them, and who wants none. */
export const messages: Migration = {
  name: '0015-messages',
  statements: (d) => [
    // direction: 0 inbound, 1 outbound-api, 2 outbound-reply. captured: a communication follows the message's status.
    // due_at: when the next status comes; null when there is none. media: [[url, type]] as JSON, null without.
    `create table message (
      account integer not null,
      id text not null,
      direction integer not null,
      from_address text not null,
      to_address text not null,
      body text not null,
      media text,
      status text not null,
      error_code integer,
      messaging_service_sid text,
      status_callback text,
      captured integer not null,
      conversation_id text,
      request_id text not null,
      created_at ${d.big} not null,
      sent_at ${d.big},
      updated_at ${d.big} not null,
      due_at ${d.big},
      leased_until ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create index message_from on message (account, from_address, id)`,
    `create index message_to on message (account, to_address, id)`,
    `create index message_due on message (account, due_at, id) where due_at is not null`,
    `create index message_conversation on message (account, conversation_id) where conversation_id is not null`,

    // status: null asks what to do with a message that came in, else tells of that status.
    `create table message_callback (
      account integer not null,
      id text not null,
      message_id text not null,
      status text,
      error_code integer,
      url text not null,
      due_at ${d.big} not null,
      leased_until ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create index message_callback_due on message_callback (account, due_at, id)`,
    `create index message_callback_message on message_callback (account, message_id)`,

    `create table opt_out (
      account integer not null,
      number_key text not null,
      handset_key text not null,
      at ${d.big} not null,
      primary key (account, number_key, handset_key)
    ) ${d.keyTable}`,
  ],
}
