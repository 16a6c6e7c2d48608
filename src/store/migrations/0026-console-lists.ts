import type { Migration, SchemaDialect } from '../migration.ts'

/** What the list of conversations for people, and its figures, are found by: channels, addresses and configurations. */
export const consoleLists: Migration = {
  name: '0026-console-lists',
  statements: (d) => [
    // channels: one bit each, in the order of the domain's list, of those on which participants have an address.
    `alter table conversation add column channels integer not null default 0`,
    channelsOfOld(d),
    // With the channels at its end, open conversations are counted by state and channel from this index alone.
    `drop index conversation_status`,
    `create index conversation_status on conversation (account, status, id, channels)`,
    `drop index conversation_configuration`,
    `create index conversation_configuration on conversation (account, configuration_id, id)`,
    // Addresses of participants lead to conversations as external ids do; their values begin with "address:".
    addressesOfOld(d),
    // When a version was made; not known of those that are older than this column.
    `alter table configuration_version add column created_at ${d.big}`,
    `update configuration_version set created_at = (select c.updated_at from configuration c
      where c.account = configuration_version.account and c.id = configuration_version.configuration_id
        and c.version = configuration_version.version)`,
  ],
}

const bits = { VOICE: 1, SMS: 2, RCS: 4, WHATSAPP: 8, CHAT: 16, VIDEO: 32 }

function channelsOfOld(d: SchemaDialect): string {
  const { from, channel } = addressesIn(d)
  const cases = Object.entries(bits).map(([name, bit]) => `when '${name}' then ${bit}`)
  return `update conversation set channels = coalesce((select sum(bit) from (
      select distinct case ${channel} ${cases.join(' ')} else 0 end as bit
      from participant, ${from}
      where participant.account = conversation.account and participant.conversation_id = conversation.id
    ) as found), 0)`
}

function addressesOfOld(d: SchemaDialect): string {
  const { from, address } = addressesIn(d)
  const plain = `case when ${address} like 'whatsapp:%' then substr(${address}, 10)
    when ${address} like 'rcs:%' then substr(${address}, 5)
    when ${address} like 'client:%' then substr(${address}, 8) else ${address} end`
  return `insert into reference (account, value, conversation_id)
    select distinct participant.account, 'address:' || ${plain}, participant.conversation_id
    from participant, ${from} where true
    on conflict do nothing`
}

/** The addresses of each participant, one a row. */
function addressesIn({ name }: SchemaDialect) {
  return name === 'sqlite'
    ? {
        from: 'json_each(participant.addresses) as one',
        channel: "one.value ->> '$.channel'",
        address: "(one.value ->> '$.address')",
      }
    : {
        from: 'jsonb_array_elements(participant.addresses::jsonb) as one',
        channel: "one ->> 'channel'",
        address: "(one ->> 'address')",
      }
}
