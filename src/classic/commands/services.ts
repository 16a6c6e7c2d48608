import { bumpEpoch } from '../../accounts/epochs.ts'
import { Failure } from '../../kernel/failure.ts'
import { newOrderedSid } from '../../kernel/ids.ts'
import type { Limits } from '../../kernel/limits.ts'
import { isUniqueViolation, type Store } from '../../store/store.ts'
import { lockConversationsOf } from '../conversation-rows.ts'
import { requireService } from '../finding.ts'
import { forgetService } from '../forgetting-rows.ts'
import { lockService, type RoleRow, roleTable, type ServiceRow, serviceCount, serviceTable } from '../service-rows.ts'

export interface NewRole {
  friendlyName: string
  type: 'conversation' | 'service'
  permissions: string[]
}

/** What every new service has: enough to tell an agent from a customer. */
const firstRoles: readonly NewRole[] = [
  { friendlyName: 'service admin', type: 'service', permissions: [] },
  { friendlyName: 'service user', type: 'service', permissions: [] },
  { friendlyName: 'channel admin', type: 'conversation', permissions: [] },
  { friendlyName: 'channel user', type: 'conversation', permissions: [] },
  { friendlyName: 'agent', type: 'conversation', permissions: [] },
]

export async function createService(
  store: Store,
  limits: Limits,
  account: number,
  { friendlyName, now }: { friendlyName: string; now: number },
): Promise<ServiceRow> {
  const service = {
    account,
    sid: newOrderedSid('IS'),
    friendly_name: friendlyName,
    created_at: now,
    updated_at: now,
  }
  const roles = firstRoles.map((role) => roleRow(account, service.sid, role, now))
  await store.transact(async (tx) => {
    await bumpEpoch(tx, account)
    const count = (await tx.get(serviceCount, { account }))?.n ?? 0
    if (count >= limits.classicServices) {
      throw new Failure('limit', `An account may have ${limits.classicServices} services.`)
    }
    await tx.insert(serviceTable, [service])
    await tx.insert(roleTable, roles)
  })
  return service
}

/** Deletes the service with everything in it. Conversations that it was bridged to live on. */
export async function deleteService(store: Store, account: number, sid: string): Promise<void> {
  await store.transact(async (tx) => {
    await tx.get(lockService, { account, sid })
    await requireService(tx, account, sid)
    // Whoever writes in one of them is through by then, or finds it gone.
    await tx.all(lockConversationsOf, { account, serviceSid: sid })
    for (const statement of forgetService) await tx.run(statement, { account, serviceSid: sid })
  })
}

/** Throws a conflict when the service has a role of this name. */
export async function createRole(
  store: Store,
  account: number,
  serviceSid: string,
  role: NewRole,
  now: number,
): Promise<RoleRow> {
  const row = roleRow(account, serviceSid, role, now)
  try {
    await store.transact(async (tx) => {
      await tx.get(lockService, { account, sid: serviceSid })
      await requireService(tx, account, serviceSid)
      await tx.insert(roleTable, [row])
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('conflict', `The service has a role ${role.friendlyName} already.`, { field: 'FriendlyName' })
  }
  return row
}

function roleRow(account: number, serviceSid: string, role: NewRole, now: number): RoleRow {
  return {
    account,
    sid: newOrderedSid('RL'),
    service_sid: serviceSid,
    friendly_name: role.friendlyName,
    type: role.type,
    permissions: JSON.stringify(role.permissions),
    created_at: now,
    updated_at: now,
  }
}
