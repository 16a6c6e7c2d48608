import type { Migration } from '../migration.ts'

/** Classic services with their conversations, participants and messages. SIDs sort by the time at which they were made. */
export const classic: Migration = {
  name: '0011-classic',
  statements: (d) => [
    `create table classic_service (
      account integer not null,
      sid text not null,
      friendly_name text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.keyTable}`,

    `create table classic_role (
      account integer not null,
      sid text not null,
      service_sid text not null,
      friendly_name text not null,
      type text not null,
      permissions text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.keyTable}`,
    `create unique index classic_role_name on classic_role (account, service_sid, friendly_name)`,

    // conversation_id: the conversation that it is bridged to at present, without prefix. next_index is given under the
    // row's lock, which is got after that of the bridged conversation.
    `create table classic_conversation (
      account integer not null,
      sid text not null,
      service_sid text not null,
      unique_name text,
      friendly_name text,
      attributes text not null,
      messaging_service_sid text,
      state text not null,
      conversation_id text,
      next_index ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.table}`,
    `create index classic_conversation_service on classic_conversation (account, service_sid, sid)`,
    `create unique index classic_conversation_name on classic_conversation (account, service_sid, unique_name)
      where unique_name is not null`,
    `create index classic_conversation_bridged on classic_conversation (account, conversation_id)
      where conversation_id is not null`,

    // A person by identity, or a phone by address and the business's proxy address; a pair of those is in one conversation.
    `create table classic_participant (
      account integer not null,
      sid text not null,
      conversation_sid text not null,
      identity text,
      channel text,
      address text,
      proxy_address text,
      role_sid text,
      attributes text not null,
      participant_id text,
      last_read_index ${d.big},
      last_read_timestamp text,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.table}`,
    `create index classic_participant_conversation on classic_participant (account, conversation_sid, sid)`,
    `create unique index classic_participant_identity on classic_participant (account, conversation_sid, identity)
      where identity is not null`,
    `create unique index classic_participant_binding on classic_participant (account, address, proxy_address)
      where address is not null`,

    // resource_id: the carrier's message that it stands for.
    `create table classic_message (
      account integer not null,
      sid text not null,
      conversation_sid text not null,
      place ${d.big} not null,
      author text not null,
      body text,
      attributes text not null,
      participant_sid text,
      conversation_id text,
      communication_id text,
      resource_id text,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, sid)
    ) ${d.table}`,
    `create unique index classic_message_place on classic_message (account, conversation_sid, place)`,
    `create unique index classic_message_resource on classic_message (account, resource_id) where resource_id is not null`,
    `create index classic_message_communication on classic_message (account, communication_id)
      where communication_id is not null`,
    `create index classic_message_bridged on classic_message (account, conversation_id)
      where conversation_id is not null`,
  ],
}
