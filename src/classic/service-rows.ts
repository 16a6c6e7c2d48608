import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { OfService, One, Place } from './places.ts'

export const serviceTable = table('classic_service', {
  account: 'int',
  sid: 'text',
  friendly_name: 'text',
  created_at: 'big',
  updated_at: 'big',
})

export type ServiceRow = RowOf<typeof serviceTable>

export const roleTable = table('classic_role', {
  account: 'int',
  sid: 'text',
  service_sid: 'text',
  friendly_name: 'text',
  type: 'text',
  permissions: 'text',
  created_at: 'big',
  updated_at: 'big',
})

export type RoleRow = RowOf<typeof roleTable>

const statement = statements<{ classic_service: ServiceRow; classic_role: RoleRow }>()

export const serviceBySid = statement<One>()((db, p) =>
  db.selectFrom('classic_service').selectAll().where('account', '=', p.account).where('sid', '=', p.sid),
)
/** Who puts something into a service holds it, so that it is not deleted meanwhile. */
export const lockService = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('classic_service').select('sid').where('account', '=', p.account).where('sid', '=', p.sid)),
)
export const servicesBefore = statement<{ account: number } & Place>()((db, p) =>
  db
    .selectFrom('classic_service')
    .selectAll()
    .where('account', '=', p.account)
    .where('sid', '<', p.after)
    .orderBy('sid', 'desc')
    .limit(p.limit),
)
export const servicesAfter = statement<{ account: number } & Place>()((db, p) =>
  db
    .selectFrom('classic_service')
    .selectAll()
    .where('account', '=', p.account)
    .where('sid', '>', p.after)
    .orderBy('sid')
    .limit(p.limit),
)
export const serviceCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('classic_service')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)
export const rolesOf = statement<OfService>()((db, p) =>
  db
    .selectFrom('classic_role')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .orderBy('sid'),
)
export const roleBySid = statement<OfService & { sid: string }>()((db, p) =>
  db
    .selectFrom('classic_role')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .where('sid', '=', p.sid),
)
