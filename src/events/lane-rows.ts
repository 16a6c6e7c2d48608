import { statements } from '../store/statement.ts'
import type { DeliveryRow } from './delivery-rows.ts'
import type { EventRow, LaneRow } from './rows.ts'

/** What is sent of an event, and which lane it waits in. */
export type WaitingEvent = Pick<EventRow, 'conversation_id' | 'n' | 'type' | 'subject' | 'request_id' | 'at' | 'data'> &
  Pick<LaneRow, 'follower'>

const statement = statements<{ event: EventRow; lane: LaneRow; delivery: DeliveryRow }>()
type OfLanes = { account: number; followers: string[]; conversationIds: string[] }

/** The next events of each lane, at most so many of one; they are numbered without gaps. */
export const pagesOfLanes = statement<OfLanes & { limit: number }>()((db, p, d) =>
  db
    .selectFrom('lane')
    .innerJoin('event', (join) =>
      join.onRef('event.account', '=', 'lane.account').onRef('event.conversation_id', '=', 'lane.conversation_id'),
    )
    .select(['lane.follower', 'event.conversation_id', 'event.n', 'event.type', 'event.request_id', 'event.at'])
    .select(['event.subject', 'event.data'])
    .where('lane.account', '=', p.account)
    .where(d.among('lane.follower', p.followers))
    .where(d.among('lane.conversation_id', p.conversationIds))
    .whereRef('event.n', '>', 'lane.done')
    .where((eb) => eb('event.n', '<=', eb('lane.done', '+', p.limit)))
    .orderBy('event.n'),
)

/**
 * Deliveries for which lanes wait: each lane's first event, when that has failed once. A cross join, as SQLite then begins with
 * the lanes; beginning with the deliveries it would read all that a conversation ever had.
 */
export const headsOfLanes = statement<OfLanes>()((db, p, d) =>
  db
    .selectFrom('lane')
    .crossJoin('delivery')
    .selectAll('delivery')
    .whereRef('delivery.account', '=', 'lane.account')
    .whereRef('delivery.target_id', '=', 'lane.follower')
    .whereRef('delivery.conversation_id', '=', 'lane.conversation_id')
    .where('lane.account', '=', p.account)
    .where(d.among('lane.follower', p.followers))
    .where(d.among('lane.conversation_id', p.conversationIds))
    .whereRef('delivery.n', '>', 'lane.done'),
)

export function laneKey({ follower, conversation_id }: Pick<LaneRow, 'follower' | 'conversation_id'>): string {
  return `${follower} ${conversation_id}`
}
