import type { Moment } from '../kernel/work.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import {
  cancelOfTarget,
  claimParked,
  type DeliveryRow,
  deliveryTable,
  earliestParked,
  nextParkedTarget,
} from './delivery-rows.ts'
import { headsOfLanes, laneKey, type WaitingEvent } from './lane-rows.ts'
import { leaseMs, placesOf, readPages } from './ledger.ts'
import { claimLanes, earliestLane, earliestLaneAsOf, type LaneRow, laneTable, removeLanesOf } from './rows.ts'
import { nextFollower, type TargetRow, targetById } from './target-rows.ts'

/** What this process has to itself until the lease lapses. */
export interface Claim {
  target: TargetRow
  lanes: ClaimedLane[]
  parked: DeliveryRow[]
}

export interface ClaimedLane {
  lane: LaneRow
  page: WaitingEvent[]
  /** The delivery of the first event, when that has failed once. */
  head: DeliveryRow | undefined
}

/** Targets with a waiting lane or a parked delivery, found by stepping through an index, not by reading the backlog. */
export async function* targetsWithWork(read: Reader, account: number): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const lane = await read.get(nextFollower, { account, after })
    const parked = await read.get(nextParkedTarget, { account, after })
    const ids = [lane?.follower, parked?.target_id].filter((id) => id !== undefined).sort()
    const [next] = ids
    if (next === undefined) return
    yield next
    after = next
  }
}

/** When something is next to be sent to a target, also what is under way; null when nothing is, or it is disabled. */
export async function dueAtOf(
  read: Reader,
  { account, targetId, asOf }: { account: number; targetId: string; asOf: Moment | undefined },
): Promise<number | null> {
  const target = await read.get(targetById, { account, id: targetId })
  if (target?.state !== 'ACTIVE') return null
  const place = { account, follower: targetId }
  const lane = asOf
    ? await read.get(earliestLaneAsOf, { ...place, now: asOf.now, eventId: asOf.id })
    : await read.get(earliestLane, place)
  const parked = await read.get(earliestParked, { account, targetId })
  const dues = [lane?.due_at, parked?.due_at].filter((due) => due != null)
  return dues.length === 0 ? null : Math.min(...dues)
}

/** Takes what is due for a target, lanes first, at most `limit`. What waits for one that is gone is cancelled. */
export async function claimFor(
  store: Store,
  { account, targetId, now, limit }: { account: number; targetId: string; now: number; limit: number },
): Promise<Claim | undefined> {
  const target = await store.read.get(targetById, { account, id: targetId })
  if (!target || target.removed_at !== null) {
    await store.transact(async (tx) => {
      await tx.run(removeLanesOf, { account, follower: targetId })
      await tx.run(cancelOfTarget, { account, targetId, now })
    })
    return undefined
  }
  if (target.state !== 'ACTIVE') return undefined
  const wall = Date.now()
  return store.transact(async (tx) => {
    const found = await tx.all(claimLanes, { account, follower: targetId, now, wall, limit })
    const left = limit - found.length
    const parked = left > 0 ? await tx.all(claimParked, { account, targetId, now, wall, limit: left }) : []
    const leased_until = wall + leaseMs
    const lanes = found.map((lane) => ({ ...lane, leased_until }))
    await tx.update(laneTable, ['account', 'follower', 'conversation_id'], ['leased_until'], lanes)
    const leased = parked.map((delivery) => ({ ...delivery, leased_until }))
    await tx.update(deliveryTable, ['account', 'id'], ['leased_until'], leased)
    return { target, lanes: await readLanes(tx, account, lanes), parked }
  })
}

/** What lanes that were just claimed begin with. */
async function readLanes(tx: Tx, account: number, lanes: readonly LaneRow[]): Promise<ClaimedLane[]> {
  if (lanes.length === 0) return []
  const pages = await readPages(tx, account, lanes)
  const heads = await tx.all(headsOfLanes, { account, ...placesOf(lanes) })
  const headOf = new Map(
    heads.map((head) => [laneKey({ follower: head.target_id, conversation_id: head.conversation_id }), head]),
  )
  return lanes.map((lane) => ({ lane, page: pages.get(laneKey(lane)) ?? [], head: headOf.get(laneKey(lane)) }))
}
