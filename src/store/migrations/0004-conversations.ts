import type { Migration } from '../migration.ts'

/** Owned addresses, configurations with every version that a conversation may have pinned, conversations and what is in them. */
export const conversations: Migration = {
  name: '0004-conversations',
  statements: (d) => [
    `create table owned_address (
      account integer not null,
      address_key text not null,
      id text not null,
      address text not null,
      name text,
      created_at ${d.big} not null,
      primary key (account, address_key)
    ) ${d.keyTable}`,
    `create unique index owned_address_id on owned_address (account, id)`,

    `create table configuration (
      account integer not null,
      id text not null,
      version ${d.big} not null,
      memory_store_id text not null,
      bridge_service_id text,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      deleted_at ${d.big},
      primary key (account, id)
    ) ${d.keyTable}`,
    `create unique index configuration_bridge on configuration (account, bridge_service_id)
      where bridge_service_id is not null and deleted_at is null`,
    `create index configuration_store on configuration (account, memory_store_id, id) where deleted_at is null`,

    `create table configuration_version (
      account integer not null,
      configuration_id text not null,
      version ${d.big} not null,
      body text not null,
      primary key (account, configuration_id, version)
    ) ${d.table}`,

    // status: 0 active, 1 inactive, 2 closed. wake_at is never later than the next due instant, so that a message, which
    // only ever moves that instant away, touches no index. stuck: open, and no clock but the lifespan runs.
    `create table conversation (
      account integer not null,
      id text not null,
      configuration_id text not null,
      configuration_version ${d.big} not null,
      status integer not null,
      name text,
      metadata text,
      overrides text,
      clocks text not null,
      wake_at ${d.big},
      stuck integer not null,
      last_communication_at ${d.big},
      event_count ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      deleting integer not null,
      primary key (account, id)
    ) ${d.table}`,
    `create index conversation_status on conversation (account, status, id)`,
    `create index conversation_wake on conversation (account, wake_at) where wake_at is not null`,
    `create index conversation_stuck on conversation (account, id) where stuck = 1`,
    `create index conversation_configuration on conversation (account, configuration_id, configuration_version)`,

    `create table grouping_key (
      account integer not null,
      configuration_id text not null,
      key text not null,
      conversation_id text not null,
      primary key (account, configuration_id, key)
    ) ${d.keyTable}`,
    `create index grouping_key_conversation on grouping_key (account, conversation_id)`,

    `create table participant (
      account integer not null,
      conversation_id text not null,
      id text not null,
      name text,
      type text not null,
      profile_id text,
      addresses text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, conversation_id, id)
    ) ${d.keyTable}`,
    `create index participant_profile on participant (account, profile_id) where profile_id is not null`,

    // passive: taken in by Traffic, whose resource ids are unique in the account and not only in the conversation. The one writer
    // of SQLite sees to that by reading first; an index for it would cost every message another page.
    `create table communication (
      account integer not null,
      conversation_id text not null,
      id text not null,
      occurred_at ${d.big} not null,
      author text not null,
      recipients text not null,
      text text not null,
      transcription text,
      channel_id text,
      resource_id text,
      passive integer not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      trace text
    ) ${d.table}`,
    `create unique index communication_id on communication (account, id)`,
    `create index communication_order on communication (account, conversation_id, occurred_at, id)`,
    `create unique index communication_resource on communication (account, resource_id, conversation_id)
      where resource_id is not null`,
    ...(d.name === 'postgres'
      ? [
          `create unique index communication_traffic on communication (account, resource_id)
            where passive = 1 and resource_id is not null`,
        ]
      : []),
    // A message whose channel id is its resource id is found by that.
    `create index communication_channel on communication (account, channel_id, conversation_id, occurred_at, id)
      where channel_id <> coalesce(resource_id, '')`,

    `create table reference (
      account integer not null,
      value text not null,
      conversation_id text not null,
      primary key (account, value, conversation_id)
    ) ${d.keyTable}`,
    `create index reference_conversation on reference (account, conversation_id)`,

    `create table stream (
      account integer not null,
      channel_id text not null,
      conversation_id text not null,
      started_at ${d.big} not null,
      heartbeat_at ${d.big},
      stopped_at ${d.big},
      call_over integer not null,
      primary key (account, channel_id)
    ) ${d.table}`,
    `create index stream_conversation on stream (account, conversation_id)`,
  ],
}
