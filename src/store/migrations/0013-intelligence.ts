import type { Migration } from '../migration.ts'

/** Language operators with every version of them, and the configurations whose rules run them. */
export const intelligence: Migration = {
  name: '0013-intelligence',
  statements: (d) => [
    `create table operator (
      account integer not null,
      id text not null,
      version ${d.big} not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, id)
    ) ${d.keyTable}`,

    `create table operator_version (
      account integer not null,
      operator_id text not null,
      version ${d.big} not null,
      body text not null,
      created_at ${d.big} not null,
      primary key (account, operator_id, version)
    ) ${d.table}`,

    `create table intelligence_configuration (
      account integer not null,
      id text not null,
      version ${d.big} not null,
      body text not null,
      created_at ${d.big} not null,
      updated_at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
  ],
}
