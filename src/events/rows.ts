import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const eventTable = table('event', {
  account: 'int',
  conversation_id: 'text',
  n: 'big',
  id: 'text',
  type: 'text',
  subject: 'text',
  request_id: 'text',
  at: 'big',
  note: 'text?',
  data: 'text?',
})
export type EventRow = RowOf<typeof eventTable>

/** A follower's place in one conversation: `done` is the last event that it is through with. Idle while `due_at` is null. */
export const laneTable = table('lane', {
  account: 'int',
  follower: 'text',
  conversation_id: 'text',
  done: 'big',
  due_at: 'big?',
  leased_until: 'big?',
})
export type LaneRow = RowOf<typeof laneTable>

const statement = statements<{ event: EventRow; lane: LaneRow }>()
type OfConversation = { account: number; conversationId: string }

export const eventsOf = statement<OfConversation>()((db, p) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .orderBy('n'),
)
export const eventAt = statement<OfConversation & { n: number }>()((db, p) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('n', '=', p.n),
)

/** Sorted, as everybody locks them; lanes come last of all locks. */
export const lockLanes = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('lane')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('conversation_id', p.conversationIds))
      .orderBy('conversation_id')
      .orderBy('follower'),
  ),
)
export const laneOf = statement<OfConversation & { follower: string }>()((db, p) =>
  db
    .selectFrom('lane')
    .selectAll()
    .where('account', '=', p.account)
    .where('follower', '=', p.follower)
    .where('conversation_id', '=', p.conversationId),
)
export const lockLane = statement<OfConversation & { follower: string }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('lane')
      .selectAll()
      .where('account', '=', p.account)
      .where('follower', '=', p.follower)
      .where('conversation_id', '=', p.conversationId),
  ),
)
export const claimLanes = statement<{ account: number; follower: string; now: number; wall: number; limit: number }>()(
  (db, p, d) =>
    d.lockFree(
      db
        .selectFrom('lane')
        .selectAll()
        .where('account', '=', p.account)
        .where('follower', '=', p.follower)
        .where('due_at', '<=', p.now)
        .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', p.wall)]))
        .orderBy('due_at')
        .orderBy('conversation_id')
        .limit(p.limit),
    ),
)
export const earliestLane = statement<{ account: number; follower: string }>()((db, p) =>
  db
    .selectFrom('lane')
    .select((eb) => eb.fn.min('due_at').as('due_at'))
    .where('account', '=', p.account)
    .where('follower', '=', p.follower)
    .where('due_at', 'is not', null),
)
/** The same, leaving out lanes that are due and wait with an event that is later than the given one. */
export const earliestLaneAsOf = statement<{ account: number; follower: string; now: number; eventId: string }>()(
  (db, p) =>
    db
      .selectFrom('lane')
      .leftJoin('event', (join) =>
        join
          .onRef('event.account', '=', 'lane.account')
          .onRef('event.conversation_id', '=', 'lane.conversation_id')
          .on(({ eb, ref }) => eb(ref('event.n'), '=', eb(ref('lane.done'), '+', 1))),
      )
      .select('lane.due_at')
      .where('lane.account', '=', p.account)
      .where('lane.follower', '=', p.follower)
      .where('lane.due_at', 'is not', null)
      .where(({ eb, or }) =>
        or([eb('event.id', 'is', null), eb('event.id', '<', p.eventId), eb('lane.due_at', '>', p.now)]),
      )
      .orderBy('lane.due_at')
      .limit(1),
)
export const removeLanesOf = statement<{ account: number; follower: string }>()((db, p) =>
  db.deleteFrom('lane').where('account', '=', p.account).where('follower', '=', p.follower),
)
export const removeLanesIn = statement<{ account: number; conversationId: string; followers: string[] }>()((db, p, d) =>
  db
    .deleteFrom('lane')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where(d.among('follower', p.followers)),
)

export const forgetEventsOf = statement<OfConversation>()((db, p) =>
  db.deleteFrom('event').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
export const forgetLanes = statement<OfConversation>()((db, p) =>
  db.deleteFrom('lane').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
