import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const configurationTable = table('configuration', {
  account: 'int',
  id: 'text',
  version: 'big',
  memory_store_id: 'text',
  bridge_service_id: 'text?',
  created_at: 'big',
  updated_at: 'big',
  deleted_at: 'big?',
})
export type ConfigurationRow = RowOf<typeof configurationTable>

/** `body` is a ConfigurationBody as JSON; conversations pin a version of it. */
export const configurationVersionTable = table('configuration_version', {
  account: 'int',
  configuration_id: 'text',
  version: 'big',
  body: 'text',
})
export type ConfigurationVersionRow = RowOf<typeof configurationVersionTable>

export const ownedAddressTable = table('owned_address', {
  account: 'int',
  address_key: 'text',
  id: 'text',
  address: 'text',
  name: 'text?',
  created_at: 'big',
})
export type OwnedAddressRow = RowOf<typeof ownedAddressTable>

export interface ConfigurationTables {
  configuration: ConfigurationRow
  configuration_version: ConfigurationVersionRow
  owned_address: OwnedAddressRow
}

const statement = statements<ConfigurationTables>()

/** Every configuration that the account has ever had, each with its present body; deleted ones still hold open conversations. */
export const configurationsOf = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('configuration as c')
    .innerJoin('configuration_version as v', (join) =>
      join
        .onRef('v.account', '=', 'c.account')
        .onRef('v.configuration_id', '=', 'c.id')
        .onRef('v.version', '=', 'c.version'),
    )
    .select(['c.id', 'c.version', 'c.created_at', 'c.updated_at', 'c.deleted_at', 'v.body'])
    .where('c.account', '=', p.account)
    .orderBy('c.id'),
)

export const configurationVersion = statement<{ account: number; configurationId: string; version: number }>()(
  (db, p) =>
    db
      .selectFrom('configuration_version')
      .select('body')
      .where('account', '=', p.account)
      .where('configuration_id', '=', p.configurationId)
      .where('version', '=', p.version),
)

export const ownedAddressesOf = statement<{ account: number }>()((db, p) =>
  db.selectFrom('owned_address').selectAll().where('account', '=', p.account).orderBy('id'),
)
