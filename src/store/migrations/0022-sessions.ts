import type { Migration } from '../migration.ts'

/** Who is signed in at the console. */
export const sessions: Migration = {
  name: '0022-sessions',
  statements: (d) => [
    // token_hash: keyed, of what the cookie holds. key_sid: of the API key that signed in; else credential_hash: keyed, of the auth token.
    `create table session (
      token_hash text not null primary key,
      account integer not null,
      key_sid text,
      credential_hash text,
      created_at ${d.big} not null,
      expires_at ${d.big} not null
    ) ${d.keyTable}`,
    `create index session_expiry on session (account, expires_at)`,
  ],
}
