import type { Migration } from '../migration.ts'

/** Accounts at carriers, and which of their webhooks were answered already. */
export const carrierConnections: Migration = {
  name: '0014-carrier-connections',
  statements: (d) => [
    // settings: JSON. secrets: JSON, sealed. fetched_to: business time up to which missed messages have been fetched.
    `create table carrier_connection (
      account integer not null,
      id text not null,
      carrier text not null,
      name text,
      settings text not null,
      secrets text not null,
      fetched_to ${d.big} not null,
      fetch_at ${d.big},
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, id)
    ) ${d.keyTable}`,
    `create unique index carrier_connection_id on carrier_connection (id)`,
    `create index carrier_connection_fetch on carrier_connection (fetch_at) where fetch_at is not null`,

    // fingerprint: of a request that was answered with success.
    `create table carrier_receipt (
      account integer not null,
      connection_id text not null,
      fingerprint text not null,
      at ${d.big} not null,
      primary key (account, connection_id, fingerprint)
    ) ${d.keyTable}`,
    `create index carrier_receipt_at on carrier_receipt (account, at)`,
  ],
}
