import { sql } from 'kysely'
import { statements } from '../store/statement.ts'
import type { DeliveryAttemptRow, DeliveryRow } from './delivery-rows.ts'
import type { DiagnosticRow } from './diagnostic-rows.ts'
import type { EventRow, LaneRow } from './rows.ts'
import type { TargetRow } from './target-rows.ts'

interface Tables {
  event: EventRow
  lane: LaneRow
  delivery: DeliveryRow
  delivery_attempt: DeliveryAttemptRow
  diagnostic: DiagnosticRow
  target: TargetRow
}
interface Aged {
  account: number
  before: number
  limit: number
}
type OfConversation = { account: number; conversationId: string }

const statement = statements<Tables>()

/** The words of the partial index on events of closed conversations, without which a database does not use it. */
const closed = sql<boolean>`note like '%"status":"CLOSED"%' or note like '%"standing":"CLOSED"%'`

/** Conversations closed so long ago, the oldest first, in which nothing waits and of which no delivery is kept. */
export const closedHistories = statement<Aged>()((db, p) =>
  db
    .selectFrom('event')
    .select('conversation_id')
    .where('account', '=', p.account)
    .where(sql<boolean>`(${closed})`)
    .where('at', '<', p.before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('lane')
            .select('lane.follower')
            .where('lane.account', '=', p.account)
            .whereRef('lane.conversation_id', '=', 'event.conversation_id')
            .where('lane.due_at', 'is not', null),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery')
            .select('delivery.id')
            .where('delivery.account', '=', p.account)
            .whereRef('delivery.conversation_id', '=', 'event.conversation_id'),
        ),
      ),
    )
    .orderBy('at')
    .limit(p.limit),
)
export const historySpan = statement<OfConversation>()((db, p) =>
  db
    .selectFrom('event')
    .select((eb) => [eb.fn.min('n').as('first'), eb.fn.max('n').as('last')])
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId),
)
export const forgetEventsUpTo = statement<OfConversation & { n: number }>()((db, p) =>
  db
    .deleteFrom('event')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('n', '<=', p.n),
)
export const forgetIdleLanes = statement<OfConversation>()((db, p) =>
  db
    .deleteFrom('lane')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('due_at', 'is', null),
)

/** Deliveries of a type in a state that came to their end so long ago. */
export const endedDeliveries = statement<Aged & { state: number; eventType: string }>()((db, p) =>
  db
    .selectFrom('delivery')
    .select('id')
    .where('account', '=', p.account)
    .where('event_type', '=', p.eventType)
    .where('state', '=', p.state)
    .where('created_at', '<', p.before)
    .where('updated_at', '<', p.before)
    .orderBy('created_at')
    .limit(p.limit),
)
export const forgetAttemptsOf = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.deleteFrom('delivery_attempt').where('account', '=', p.account).where(d.among('delivery_id', p.ids)),
)
export const forgetDeliveriesById = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.deleteFrom('delivery').where('account', '=', p.account).where(d.among('id', p.ids)),
)

export const oldDiagnostics = statement<Aged>()((db, p) =>
  db
    .selectFrom('diagnostic')
    .select('id')
    .where('account', '=', p.account)
    .where('at', '<', p.before)
    .orderBy('at')
    .limit(p.limit),
)
export const forgetDiagnostics = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.deleteFrom('diagnostic').where('account', '=', p.account).where(d.among('id', p.ids)),
)

/** Targets removed so long ago of which no delivery is kept. */
export const forgottenTargets = statement<Aged>()((db, p) =>
  db
    .selectFrom('target')
    .select('id')
    .where('account', '=', p.account)
    .where('removed_at', '<', p.before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery')
            .select('delivery.id')
            .where('delivery.account', '=', p.account)
            .whereRef('delivery.target_id', '=', 'target.id'),
        ),
      ),
    )
    .orderBy('removed_at')
    .limit(p.limit),
)
export const forgetTargets = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.deleteFrom('target').where('account', '=', p.account).where(d.among('id', p.ids)),
)
