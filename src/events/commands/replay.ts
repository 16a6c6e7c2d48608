import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store, Tx } from '../../store/store.ts'
import { type DeliveryFilter, listDeliveries } from '../deliveries.ts'
import { stateNumber } from '../delivering.ts'
import { type DeliveryRow, deliveryById, deliveryTable, lockDeliveries } from '../delivery-rows.ts'
import { type LaneRow, laneTable, lockLanes } from '../rows.ts'
import { lockTargets, type TargetRow } from '../target-rows.ts'

/** Deliveries that one transaction of a replay takes up. */
const batchSize = 100

/**
 * Sends a delivery again, from now on and to its target's present URL: the schedule starts anew, attempts go on counting,
 * the token stays. One that its lane is about to try again is tried at once, by the lane, so that nothing overtakes it.
 * Throws when there is no such delivery, and a conflict when its target no longer hears of the conversation.
 */
export async function replayDelivery(store: Store, account: number, id: string, now: number): Promise<void> {
  const known = await store.read.get(deliveryById, { account, id })
  if (!known) throw unknownDelivery(id)
  await store.transact(async (tx) => {
    const [verdict] = await replay(tx, account, [known], now)
    if (!verdict) throw unknownDelivery(id)
    if (verdict.refused) throw new Failure('conflict', verdict.refused)
  })
}

/**
 * Sends again all that the filter means, in the order of their creation and in short transactions. Those whose target no
 * longer hears of the conversation are passed over. Answers how many are sent again.
 */
export async function replayDeliveries(
  store: Store,
  account: number,
  filter: DeliveryFilter,
  now: number,
): Promise<number> {
  const from = filter.from ?? 0
  // What is created while this runs is not meant.
  const bounded = { ...filter, to: Math.min(filter.to ?? Number.MAX_SAFE_INTEGER, now + 1) }
  let replayed = 0
  let at: readonly (string | number)[] | undefined = [from, '0']
  while (at) {
    const request = { size: batchSize, from: { direction: 'previous' as const, at } }
    const page = await listDeliveries(store.read, account, request, bounded)
    const verdicts = await store.transact((tx) => replay(tx, account, page.items, now))
    replayed += verdicts.filter(({ refused }) => refused === undefined).length
    at = page.previous
  }
  return replayed
}

interface Verdict {
  refused?: string
}

/** Locks in the house's order: targets, lanes, deliveries, each sorted. */
async function replay(tx: Tx, account: number, known: readonly DeliveryRow[], now: number): Promise<Verdict[]> {
  if (known.length === 0) return []
  const targets = await tx.all(lockTargets, { account, ids: unique(known.map((row) => row.target_id)) })
  const lanes = await tx.all(lockLanes, { account, conversationIds: unique(known.map((row) => row.conversation_id)) })
  const present = await tx.all(lockDeliveries, { account, ids: known.map(({ id }) => id) })
  const stateBefore = new Map(known.map(({ id, state }) => [id, state]))
  const targetById = new Map(targets.map((target) => [target.id, target]))
  const laneByKey = new Map(lanes.map((lane) => [`${lane.follower} ${lane.conversation_id}`, lane]))

  const restarted: DeliveryRow[] = []
  const hurried = new Set<LaneRow>()
  const verdicts = present.map((delivery) => {
    const lane = laneByKey.get(`${delivery.target_id} ${delivery.conversation_id}`)
    const refused =
      stateBefore.get(delivery.id) === delivery.state
        ? refusal(delivery, targetById.get(delivery.target_id), lane)
        : `Delivery ${wireId('delivery', delivery.id)} has changed at this moment. Look at it again.`
    if (refused !== undefined || !lane) return { refused: refused as string }
    if (isHeldBy(lane, delivery)) hurried.add(lane)
    else restarted.push({ ...delivery, state: stateNumber('PENDING'), tries: 0, due_at: now, updated_at: now })
    return {}
  })
  await tx.update(
    laneTable,
    ['account', 'follower', 'conversation_id'],
    ['due_at'],
    [...hurried].map((lane) => ({ ...lane, due_at: Math.min(lane.due_at ?? now, now) })),
  )
  // The lease stays: if an attempt is under way, the next one begins when it has ended.
  await tx.update(deliveryTable, ['account', 'id'], ['state', 'tries', 'due_at', 'updated_at'], restarted)
  return verdicts
}

/** A lane exists as long as its target hears of the conversation. */
function refusal(delivery: DeliveryRow, target: TargetRow | undefined, lane: LaneRow | undefined): string | undefined {
  const id = wireId('delivery', delivery.id)
  const targetId = wireId('target', delivery.target_id)
  if (!target || target.removed_at !== null) {
    return `Delivery ${id} cannot be replayed: its target ${targetId} has been removed.`
  }
  if (!lane) {
    const conversationId = wireId('conversation', delivery.conversation_id)
    return `Delivery ${id} cannot be replayed: conversation ${conversationId} no longer has target ${targetId} among its callbacks.`
  }
  return undefined
}

/** Only the lane sends what it waits for; by itself it would send it a second time. */
function isHeldBy(lane: LaneRow, delivery: DeliveryRow): boolean {
  return delivery.state === stateNumber('PENDING') && delivery.due_at === null && lane.done < delivery.n
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}

function unknownDelivery(id: string) {
  return notFound(`There is no delivery ${wireId('delivery', id)}.`)
}
