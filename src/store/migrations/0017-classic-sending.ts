import type { Migration } from '../migration.ts'

/** What classic conversations have to send to bound phones, and under which ids carriers know what was sent. */
export const classicSending: Migration = {
  name: '0017-classic-sending',
  statements: (d) => [
    `create table classic_sending (
      account integer not null,
      message_sid text not null,
      participant_sid text not null,
      conversation_id text,
      channel text not null,
      sender text not null,
      recipient text not null,
      body text not null,
      tries integer not null,
      due_at ${d.big} not null,
      primary key (account, message_sid, participant_sid)
    ) ${d.keyTable}`,
    `create index classic_sending_due on classic_sending (due_at)`,
    `create index classic_sending_conversation on classic_sending (account, conversation_id)`,

    `create table classic_sent (
      account integer not null,
      message_id text not null,
      message_sid text not null,
      channel text not null,
      recipient text not null,
      conversation_id text,
      primary key (account, message_id)
    ) ${d.keyTable}`,
    `create index classic_sent_conversation on classic_sent (account, conversation_id)`,
  ],
}
