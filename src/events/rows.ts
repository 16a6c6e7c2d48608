import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const eventTable = table('event', {
  account: 'int',
  conversation_id: 'text',
  n: 'big',
  type: 'text',
  subject: 'text',
  request_id: 'text',
  at: 'big',
  data: 'text?',
})
export type EventRow = RowOf<typeof eventTable>

export const laneTable = table('lane', {
  account: 'int',
  follower: 'text',
  conversation_id: 'text',
  done: 'big',
  due_at: 'big?',
  leased_until: 'big?',
})

const statement = statements<{ event: EventRow; lane: RowOf<typeof laneTable> }>()

interface EventPlace {
  account: number
  conversationId: string
  n: number
  limit: number
}
export const eventsAfter = statement<EventPlace>()((db, p) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('n', '>', p.n)
    .orderBy('n')
    .limit(p.limit),
)
export const eventsBefore = statement<EventPlace>()((db, p) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('n', '<', p.n)
    .orderBy('n', 'desc')
    .limit(p.limit),
)
export const eventsOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .orderBy('n'),
)

const forgetEvents = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('event').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
const forgetLanes = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('lane').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)

/** All that this room keeps of one conversation. */
export const forgetHistory = [forgetEvents, forgetLanes]
