import type { Moment } from '../kernel/work.ts'
import { statements } from '../store/statement.ts'
import type { Reader, Tx } from '../store/store.ts'
import { claimLanes, type EventRow, earliestLane, earliestLaneAsOf, type LaneRow, laneTable } from './rows.ts'

export type FollowedEvent = Pick<
  EventRow,
  'conversation_id' | 'n' | 'id' | 'type' | 'subject' | 'request_id' | 'at' | 'note'
>

export interface FollowedLane {
  lane: LaneRow
  /** What it has not read, in order; more may follow it. */
  page: FollowedEvent[]
}

const statement = statements<{ event: EventRow; lane: LaneRow }>()
const eventsPerLane = 200

const unreadEvents = statement<{ account: number; follower: string; conversationIds: string[]; limit: number }>()(
  (db, p, d) =>
    db
      .selectFrom('lane')
      .innerJoin('event', (join) =>
        join.onRef('event.account', '=', 'lane.account').onRef('event.conversation_id', '=', 'lane.conversation_id'),
      )
      .select(['event.conversation_id', 'event.n', 'event.id', 'event.type', 'event.subject', 'event.request_id'])
      .select(['event.at', 'event.note'])
      .where('lane.account', '=', p.account)
      .where('lane.follower', '=', p.follower)
      .where(d.among('lane.conversation_id', p.conversationIds))
      .whereRef('event.n', '>', 'lane.done')
      .where((eb) => eb('event.n', '<=', eb('lane.done', '+', p.limit)))
      .orderBy('event.n'),
)

/**
 * Takes lanes that a room follows for itself under a name, with what they have not read. They are locked until the transaction
 * ends, in which `passLanes` says that all of it was read: a room that only writes to the database needs no lease.
 */
export async function takeLanes(
  tx: Tx,
  { account, follower, now, limit }: { account: number; follower: string; now: number; limit: number },
): Promise<FollowedLane[]> {
  const lanes = await tx.all(claimLanes, { account, follower, now, wall: Date.now(), limit })
  if (lanes.length === 0) return []
  const conversationIds = lanes.map(({ conversation_id }) => conversation_id)
  const rows = await tx.all(unreadEvents, { account, follower, conversationIds, limit: eventsPerLane })
  const pages = Map.groupBy(rows, (row) => row.conversation_id)
  return lanes.map((lane) => ({ lane, page: pages.get(lane.conversation_id) ?? [] }))
}

/** Everything that was taken has been read. A lane of which nothing is left goes to sleep. */
export async function passLanes(tx: Tx, taken: readonly FollowedLane[]): Promise<void> {
  const rows = taken.map(({ lane, page }) => ({
    ...lane,
    done: page.at(-1)?.n ?? lane.done,
    due_at: page.length < eventsPerLane ? null : lane.due_at,
  }))
  await tx.update(laneTable, ['account', 'follower', 'conversation_id'], ['done', 'due_at'], rows)
}

/** When a lane of the follower is next to be read; of what is due, only what came into being before the moment. */
export async function nextLaneDueAt(
  read: Reader,
  { account, follower, asOf }: { account: number; follower: string; asOf: Moment | undefined },
): Promise<number | null> {
  const place = { account, follower }
  const row = asOf
    ? await read.get(earliestLaneAsOf, { ...place, now: asOf.now, eventId: asOf.id })
    : await read.get(earliestLane, place)
  return row?.due_at ?? null
}
