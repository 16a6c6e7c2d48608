import { statements } from '../store/statement.ts'
import type { EventRow } from './rows.ts'

interface EventPlace {
  account: number
  conversationId: string
  /** The number beyond which the page begins. */
  n: number
  limit: number
}

const statement = statements<{ event: EventRow }>()

/** What has happened in a conversation, the oldest first, walked in either direction. */
export const eventPages = { next: pageStatement('>', 'asc'), previous: pageStatement('<', 'desc') }

function pageStatement(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<EventPlace>()((db, p) =>
    db
      .selectFrom('event')
      .selectAll()
      .where('account', '=', p.account)
      .where('conversation_id', '=', p.conversationId)
      .where('n', beyond, p.n)
      .orderBy('n', order)
      .limit(p.limit),
  )
}
