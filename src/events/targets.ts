import { newId } from '../kernel/ids.ts'
import type { Reader, Tx } from '../store/store.ts'
import { cancelInConversation, cancelOfTarget } from './delivery-rows.ts'
import { envelopeOf, type OwnerKind } from './domain/audience.ts'
import { lockLanes, removeLanesIn, removeLanesOf } from './rows.ts'
import {
  behindTargets,
  type TargetRow,
  targetsById,
  targetsOfConfigurations,
  targetsOfOwner,
  targetTable,
} from './target-rows.ts'

/** Whose list of webhooks a target stands in. Ids without prefix. */
export interface TargetOwner {
  kind: OwnerKind
  id: string
}

export interface Callback {
  url: string
  method?: 'POST' | 'GET' | null
}

/** Which targets hear of a conversation: those of its configuration, by id. */
export type ConfigurationTargets = ReadonlyMap<string, readonly string[]>

/** The targets of configurations as they are now, by the configuration's id. */
export async function configurationTargets(
  read: Reader,
  account: number,
  configurationIds: readonly string[],
): Promise<ConfigurationTargets> {
  if (configurationIds.length === 0) return new Map()
  const rows = await read.all(targetsOfConfigurations, { account, ownerIds: [...configurationIds] })
  const byOwner = Map.groupBy(rows, (row) => row.owner_id)
  return new Map([...byOwner].map(([owner, targets]) => [owner, targets.map(({ id }) => id).sort()]))
}

/**
 * Brings the targets of a list of callbacks in line with it, in the transaction that changes the list. One whose URL is
 * still there stays; a changed URL keeps its target, so that what is undelivered goes to the new one; what is left over is
 * removed, and what it had not got is cancelled. Answers the ids in the order of the list.
 */
export async function syncTargets(
  tx: Tx,
  account: number,
  owner: TargetOwner,
  callbacks: readonly Callback[],
  now: number,
): Promise<string[]> {
  const known = (await tx.all(targetsOfOwner, { account, ownerId: owner.id })).sort((a, b) => (a.id < b.id ? -1 : 1))
  const { kept, moved, created, removed } = compareTargets(known, callbacks)
  await tx.update(
    targetTable,
    ['account', 'id'],
    ['url', 'method', 'state', 'disabled_reason', 'disabled_at', 'failing_since', 'failures'],
    moved,
  )
  const rows = created.map(({ callback }) => newTarget(account, owner, callback, now))
  await tx.insert(targetTable, rows)
  await tx.update(
    targetTable,
    ['account', 'id'],
    ['removed_at'],
    removed.map((row) => ({ ...row, removed_at: now })),
  )
  for (const { id } of removed) {
    await tx.run(removeLanesOf, { account, follower: id })
    await tx.run(cancelOfTarget, { account, targetId: id, now })
  }
  const ids = new Map<number, string>([...kept.map(({ at, row }) => [at, row.id] as const)])
  for (const [place, { at }] of created.entries()) ids.set(at, (rows[place] as TargetRow).id)
  return callbacks.map((_, at) => ids.get(at) as string)
}

/** The targets of one owner that are in force. */
export async function targetIdsOf(read: Reader, account: number, ownerId: string): Promise<string[]> {
  const rows = await read.all(targetsOfOwner, { account, ownerId })
  return rows.map(({ id }) => id).sort()
}

/**
 * From now on no other status callbacks than these hear of the conversation; what others had not got of it is cancelled. What
 * is told to other owners is no matter of status callbacks and goes on.
 */
export async function narrowTargets(
  tx: Tx,
  account: number,
  conversationId: string,
  targetIds: readonly string[],
  now: number,
): Promise<void> {
  const lanes = await tx.all(lockLanes, { account, conversationIds: [conversationId] })
  const ids = lanes.map(({ follower }) => follower).filter((one) => one < behindTargets && !targetIds.includes(one))
  if (ids.length === 0) return
  const targets = await tx.all(targetsById, { account, ids })
  const others = targets.filter((target) => envelopeOf(target.owner_kind) !== 'EVENT').map(({ id }) => id)
  const followers = ids.filter((id) => !others.includes(id))
  await tx.run(removeLanesIn, { account, conversationId, followers })
  await tx.run(cancelInConversation, { account, conversationId, keep: [...targetIds, ...others], now })
}

/** What a new URL begins with, also one that takes the place of another that had been disabled. */
const working = { state: 'ACTIVE', disabled_reason: null, disabled_at: null, failing_since: null, failures: 0 } as const

function newTarget(account: number, owner: TargetOwner, { url, method }: Callback, now: number): TargetRow {
  return {
    account,
    id: newId(),
    owner_kind: owner.kind,
    owner_id: owner.id,
    url,
    method: method ?? 'POST',
    ...working,
    last_success_at: null,
    last_failure_at: null,
    created_at: now,
    removed_at: null,
  }
}

/** Which target serves which place of the list: the same URL first, then whatever is left in order. */
function compareTargets(known: readonly TargetRow[], callbacks: readonly Callback[]) {
  const free = [...known]
  const kept: { at: number; row: TargetRow }[] = []
  const unserved: { at: number; callback: Callback }[] = []
  for (const [at, callback] of callbacks.entries()) {
    const same = free.findIndex((row) => row.url === callback.url && row.method === (callback.method ?? 'POST'))
    if (same < 0) unserved.push({ at, callback })
    else kept.push({ at, row: free.splice(same, 1)[0] as TargetRow })
  }
  const moved: TargetRow[] = []
  const created: { at: number; callback: Callback }[] = []
  for (const { at, callback } of unserved) {
    const row = free.shift()
    if (!row) {
      created.push({ at, callback })
      continue
    }
    const changed = { ...row, ...working, url: callback.url, method: callback.method ?? 'POST' }
    moved.push(changed)
    kept.push({ at, row: changed })
  }
  return { kept, moved, created, removed: free }
}
