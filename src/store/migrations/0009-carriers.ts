import type { Migration } from '../migration.ts'

/** Which carrier a number belongs to and what it does, attachments, and reports that came before their message. */
export const carriers: Migration = {
  name: '0009-carriers',
  statements: (d) => [
    // carrier: null for addresses that go through whichever is the default. number: NumberSettings as JSON.
    `alter table owned_address add column carrier text`,
    `alter table owned_address add column number text`,
    `alter table owned_address add column updated_at ${d.big} not null default 0`,

    `create table communication_media (
      account integer not null,
      communication_id text not null,
      n integer not null,
      conversation_id text not null,
      url text not null,
      content_type text,
      primary key (account, communication_id, n)
    ) ${d.keyTable}`,
    `create index communication_media_conversation on communication_media (account, conversation_id)`,

    `create table early_report (
      account integer not null,
      message_id text not null,
      status text not null,
      channel text not null,
      recipient text not null,
      at ${d.big} not null,
      primary key (account, message_id, status, channel, recipient)
    ) ${d.keyTable}`,
    `create index early_report_at on early_report (account, at)`,
  ],
}
