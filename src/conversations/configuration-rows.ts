import type { Kysely } from 'kysely'
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
  created_at: 'big?',
})
export type ConfigurationVersionRow = RowOf<typeof configurationVersionTable>

export const ownedAddressTable = table('owned_address', {
  account: 'int',
  address_key: 'text',
  id: 'text',
  address: 'text',
  name: 'text?',
  created_at: 'big',
  carrier: 'text?',
  number: 'text?',
  updated_at: 'big',
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
  configurationsWithBody(db, p.account).orderBy('c.id'),
)

export const configurationVersion = statement<{ account: number; configurationId: string; version: number }>()(
  (db, p) =>
    db
      .selectFrom('configuration_version')
      .select(['body', 'created_at'])
      .where('account', '=', p.account)
      .where('configuration_id', '=', p.configurationId)
      .where('version', '=', p.version),
)

type VersionPlace = { account: number; configurationId: string; version: number; limit: number }
export const versionsBefore = statement<VersionPlace>()((db, p) =>
  versionsOf(db, p).where('version', '<', p.version).orderBy('version', 'desc').limit(p.limit),
)
export const versionsAfter = statement<VersionPlace>()((db, p) =>
  versionsOf(db, p).where('version', '>', p.version).orderBy('version').limit(p.limit),
)

/** One configuration with its present body, deleted or not. */
export const configurationById = statement<{ account: number; id: string }>()((db, p) =>
  configurationsWithBody(db, p.account).where('c.id', '=', p.id),
)
/** Whoever accepts a change holds the configuration, so that of two simultaneous changes one meets the other. */
export const lockConfiguration = statement<{ account: number; id: string }>()((db, p, d) =>
  d.lock(db.selectFrom('configuration').select('id').where('account', '=', p.account).where('id', '=', p.id)),
)
export const configurationCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('configuration')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account)
    .where('deleted_at', 'is', null),
)
export const configurationByBridge = statement<{ account: number; serviceId: string }>()((db, p) =>
  db
    .selectFrom('configuration')
    .select('id')
    .where('account', '=', p.account)
    .where('bridge_service_id', '=', p.serviceId)
    .where('deleted_at', 'is', null),
)
export const configurationsBefore = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  presentConfigurations(db, p.account).where('c.id', '<', p.id).orderBy('c.id', 'desc').limit(p.limit),
)
export const configurationsAfter = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  presentConfigurations(db, p.account).where('c.id', '>', p.id).orderBy('c.id').limit(p.limit),
)
interface OfStore {
  account: number
  storeId: string
  id: string
  limit: number
}
export const storeConfigurationsBefore = statement<OfStore>()((db, p) =>
  presentConfigurations(db, p.account)
    .where('c.memory_store_id', '=', p.storeId)
    .where('c.id', '<', p.id)
    .orderBy('c.id', 'desc')
    .limit(p.limit),
)
export const storeConfigurationsAfter = statement<OfStore>()((db, p) =>
  presentConfigurations(db, p.account)
    .where('c.memory_store_id', '=', p.storeId)
    .where('c.id', '>', p.id)
    .orderBy('c.id')
    .limit(p.limit),
)

export const ownedAddressesOf = statement<{ account: number }>()((db, p) =>
  db.selectFrom('owned_address').selectAll().where('account', '=', p.account).orderBy('id'),
)

export const ownedAddressByKey = statement<{ account: number; key: string }>()((db, p) =>
  db.selectFrom('owned_address').selectAll().where('account', '=', p.account).where('address_key', '=', p.key),
)
export const ownedAddressById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('owned_address').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const ownedAddressCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('owned_address')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)
export const ownedAddressesBefore = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('owned_address')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
export const ownedAddressesAfter = statement<{ account: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('owned_address')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const removeOwnedAddress = statement<{ account: number; id: string }>()((db, p) =>
  db.deleteFrom('owned_address').where('account', '=', p.account).where('id', '=', p.id),
)

function versionsOf(db: Kysely<ConfigurationTables>, p: Readonly<{ account: number; configurationId: string }>) {
  return db
    .selectFrom('configuration_version')
    .select(['version', 'body', 'created_at'])
    .where('account', '=', p.account)
    .where('configuration_id', '=', p.configurationId)
}

function presentConfigurations(db: Kysely<ConfigurationTables>, account: number) {
  return configurationsWithBody(db, account).where('c.deleted_at', 'is', null)
}

function configurationsWithBody(db: Kysely<ConfigurationTables>, account: number) {
  return db
    .selectFrom('configuration as c')
    .innerJoin('configuration_version as v', (join) =>
      join
        .onRef('v.account', '=', 'c.account')
        .onRef('v.configuration_id', '=', 'c.id')
        .onRef('v.version', '=', 'c.version'),
    )
    .select(['c.id', 'c.version', 'c.created_at', 'c.updated_at', 'c.deleted_at', 'v.body'])
    .where('c.account', '=', account)
}
