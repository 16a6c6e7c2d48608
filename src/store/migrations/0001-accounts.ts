import type { Migration } from '../migration.ts'

/** The installation itself, accounts, their keys, and answers kept for idempotency keys. */
export const accounts: Migration = {
  name: '0001-accounts',
  statements: (d) => [
    `create table installation (name text not null primary key, value text not null) ${d.keyTable}`,

    `create table account (
      account integer not null primary key,
      sid text not null unique,
      name text not null,
      epoch ${d.big} not null,
      auth_token text not null,
      secondary_auth_token text,
      webhook_secret text not null,
      webhook_secret_at ${d.big} not null,
      secondary_webhook_secret text,
      secondary_webhook_secret_at ${d.big},
      created_at ${d.big} not null
    ) ${d.table}`,

    `create table api_key (
      account integer not null references account (account),
      sid text not null,
      name text not null,
      secret_hash text not null,
      created_at ${d.big} not null,
      revoked_at ${d.big},
      primary key (account, sid)
    ) ${d.keyTable}`,
    `create unique index api_key_sid on api_key (sid)`,

    `create table idempotency (
      account integer not null,
      idempotency_key text not null,
      fingerprint text not null,
      status integer not null,
      headers text not null,
      body text not null,
      created_at ${d.big} not null,
      primary key (account, idempotency_key)
    ) ${d.table}`,
    `create index idempotency_age on idempotency (account, created_at)`,
  ],
}
