import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const operatorTable = table('operator', {
  account: 'int',
  id: 'text',
  version: 'big',
  created_at: 'big',
  updated_at: 'big',
})
export const operatorVersionTable = table('operator_version', {
  account: 'int',
  operator_id: 'text',
  version: 'big',
  body: 'text',
  created_at: 'big',
})
export const configurationTable = table('intelligence_configuration', {
  account: 'int',
  id: 'text',
  version: 'big',
  body: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export type OperatorVersionRow = RowOf<typeof operatorVersionTable>
export type ConfigurationRow = RowOf<typeof configurationTable>

interface Tables {
  operator: RowOf<typeof operatorTable>
  operator_version: OperatorVersionRow
  intelligence_configuration: ConfigurationRow
}

const statement = statements<Tables>()

interface One {
  account: number
  id: string
}

interface Span {
  account: number
  /** Where the page begins, exclusive. */
  id: string
  limit: number
}

/** The versions in force of these operators. */
export const latestVersions = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('operator as o')
    .innerJoin('operator_version as v', (join) =>
      join
        .onRef('v.account', '=', 'o.account')
        .onRef('v.operator_id', '=', 'o.id')
        .onRef('v.version', '=', 'o.version'),
    )
    .selectAll('v')
    .where('o.account', '=', p.account)
    .where(d.among('o.id', p.ids)),
)
export const operatorPages = { next: operatorPage('<', 'desc'), previous: operatorPage('>', 'asc') }
function operatorPage(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<Span>()((db, p) =>
    db
      .selectFrom('operator as o')
      .innerJoin('operator_version as v', (join) =>
        join
          .onRef('v.account', '=', 'o.account')
          .onRef('v.operator_id', '=', 'o.id')
          .onRef('v.version', '=', 'o.version'),
      )
      .selectAll('v')
      .where('o.account', '=', p.account)
      .where('o.id', beyond, p.id)
      .orderBy('o.id', order)
      .limit(p.limit),
  )
}
export const operatorLocked = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('operator').selectAll().where('account', '=', p.account).where('id', '=', p.id)),
)
export const operatorCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('operator')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)
export const operatorVersion = statement<One & { version: number }>()((db, p) =>
  db
    .selectFrom('operator_version')
    .selectAll()
    .where('account', '=', p.account)
    .where('operator_id', '=', p.id)
    .where('version', '=', p.version),
)
export const versionPages = { next: versionPage('<', 'desc'), previous: versionPage('>', 'asc') }
function versionPage(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<One & { version: number; limit: number }>()((db, p) =>
    db
      .selectFrom('operator_version')
      .selectAll()
      .where('account', '=', p.account)
      .where('operator_id', '=', p.id)
      .where('version', beyond, p.version)
      .orderBy('version', order)
      .limit(p.limit),
  )
}
export const deleteOperatorRow = statement<One>()((db, p) =>
  db.deleteFrom('operator').where('account', '=', p.account).where('id', '=', p.id),
)
export const deleteOperatorVersions = statement<One>()((db, p) =>
  db.deleteFrom('operator_version').where('account', '=', p.account).where('operator_id', '=', p.id),
)

export const configurationById = statement<One>()((db, p) =>
  db.selectFrom('intelligence_configuration').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const configurationLocked = statement<One>()((db, p, d) =>
  d.lock(
    db.selectFrom('intelligence_configuration').selectAll().where('account', '=', p.account).where('id', '=', p.id),
  ),
)
export const configurationCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('intelligence_configuration')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)
export const configurationPages = { next: configurationPage('<', 'desc'), previous: configurationPage('>', 'asc') }
function configurationPage(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<Span>()((db, p) =>
    db
      .selectFrom('intelligence_configuration')
      .selectAll()
      .where('account', '=', p.account)
      .where('id', beyond, p.id)
      .orderBy('id', order)
      .limit(p.limit),
  )
}
export const deleteConfigurationRow = statement<One>()((db, p) =>
  db.deleteFrom('intelligence_configuration').where('account', '=', p.account).where('id', '=', p.id),
)
export const configurationsByIds = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.selectFrom('intelligence_configuration').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)),
)
