import type { Moment } from '../kernel/work.ts'
import { statements } from '../store/statement.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type EventRow, earliestLane, earliestLaneAsOf, type LaneRow, laneTable } from './rows.ts'

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

const dueLanes = statement<{ account: number; follower: string; now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('lane')
    .selectAll()
    .where('account', '=', p.account)
    .where('follower', '=', p.follower)
    .where('due_at', '<=', p.now)
    .orderBy('due_at')
    .orderBy('conversation_id')
    .limit(p.limit),
)
const lanesOfFollower = statement<{ account: number; follower: string; conversationIds: string[] }>()((db, p, d) =>
  d.lockFree(
    db
      .selectFrom('lane')
      .selectAll()
      .where('account', '=', p.account)
      .where('follower', '=', p.follower)
      .where(d.among('conversation_id', p.conversationIds))
      .orderBy('conversation_id'),
  ),
)

/** Lanes that a room follows for itself under a name, with what they have not read. Nothing is locked: see `holdLanes`. */
export async function readLanes(
  read: Reader,
  { account, follower, now, limit }: { account: number; follower: string; now: number; limit: number },
): Promise<FollowedLane[]> {
  const lanes = await read.all(dueLanes, { account, follower, now, limit })
  if (lanes.length === 0) return []
  const conversationIds = lanes.map(({ conversation_id }) => conversation_id)
  const rows = await read.all(unreadEvents, { account, follower, conversationIds, limit: eventsPerLane })
  const pages = Map.groupBy(rows, (row) => row.conversation_id)
  return lanes.map((lane) => ({ lane, page: pages.get(lane.conversation_id) ?? [] }))
}

/**
 * Locks lanes that were read, until the transaction ends, and answers those on which nobody has gone on meanwhile. Whoever appends
 * events waits for them, so this comes when everything is ready to be written. Those that somebody else holds are left for later.
 */
export async function holdLanes(tx: Tx, seen: readonly FollowedLane[]): Promise<FollowedLane[]> {
  const [first] = seen
  if (!first) return []
  const { account, follower } = first.lane
  const conversationIds = seen.map(({ lane }) => lane.conversation_id)
  const held = await tx.all(lanesOfFollower, { account, follower, conversationIds })
  const places = new Map(held.map(({ conversation_id, done }) => [conversation_id, done]))
  return seen.filter(({ lane }) => places.get(lane.conversation_id) === lane.done)
}

/**
 * Everything that was read of held lanes has been used. A lane goes to sleep when its conversation has no further event,
 * which is asked under the lock.
 */
export async function passLanes(
  tx: Tx,
  held: readonly FollowedLane[],
  eventCounts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = held.map(({ lane, page }) => {
    const done = page.at(-1)?.n ?? lane.done
    return { ...lane, done, due_at: done >= (eventCounts.get(lane.conversation_id) ?? 0) ? null : lane.due_at }
  })
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
