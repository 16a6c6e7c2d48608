import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const deliveryTable = table('delivery', {
  account: 'int',
  id: 'text',
  target_id: 'text',
  conversation_id: 'text',
  n: 'big',
  event_type: 'text',
  token: 'text',
  state: 'int',
  tries: 'int',
  attempts: 'int',
  due_at: 'big?',
  leased_until: 'big?',
  last_status: 'int?',
  last_error: 'text?',
  request_id: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export type DeliveryRow = RowOf<typeof deliveryTable>

export const deliveryAttemptTable = table('delivery_attempt', {
  account: 'int',
  delivery_id: 'text',
  number: 'int',
  at: 'big',
  url: 'text',
  status: 'int?',
  latency_ms: 'big',
  error: 'text?',
  detail: 'text?',
  response_headers: 'text?',
  response_body: 'text?',
})
export type DeliveryAttemptRow = RowOf<typeof deliveryAttemptTable>

export const deliveryStates = ['PENDING', 'DELIVERED', 'DEAD', 'CANCELLED'] as const
export type DeliveryState = (typeof deliveryStates)[number]

const statement = statements<{ delivery: DeliveryRow; delivery_attempt: DeliveryAttemptRow }>()

export const deliveryById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('delivery').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const lockDelivery = statement<{ account: number; id: string }>()((db, p, d) =>
  d.lock(db.selectFrom('delivery').selectAll().where('account', '=', p.account).where('id', '=', p.id)),
)
export const lockDeliveries = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  d.lock(
    db.selectFrom('delivery').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)).orderBy('id'),
  ),
)
export const claimParked = statement<{ account: number; targetId: string; now: number; wall: number; limit: number }>()(
  (db, p, d) =>
    d.lockFree(
      db
        .selectFrom('delivery')
        .selectAll()
        .where('account', '=', p.account)
        .where('target_id', '=', p.targetId)
        .where('due_at', '<=', p.now)
        .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', p.wall)]))
        .orderBy('due_at')
        .orderBy('id')
        .limit(p.limit),
    ),
)
export const earliestParked = statement<{ account: number; targetId: string }>()((db, p) =>
  db
    .selectFrom('delivery')
    .select((eb) => eb.fn.min('due_at').as('due_at'))
    .where('account', '=', p.account)
    .where('target_id', '=', p.targetId)
    .where('due_at', 'is not', null),
)
/** The next target after the given one that has a parked delivery; one look into an index. */
export const nextParkedTarget = statement<{ account: number; after: string }>()((db, p) =>
  db
    .selectFrom('delivery')
    .select('target_id')
    .where('account', '=', p.account)
    .where('target_id', '>', p.after)
    .where('due_at', 'is not', null)
    .orderBy('target_id')
    .limit(1),
)
export const attemptsOf = statement<{ account: number; deliveryId: string }>()((db, p) =>
  db
    .selectFrom('delivery_attempt')
    .selectAll()
    .where('account', '=', p.account)
    .where('delivery_id', '=', p.deliveryId)
    .orderBy('number'),
)
export const cancelOfTarget = statement<{ account: number; targetId: string; now: number }>()((db, p) =>
  db
    .updateTable('delivery')
    .set({ state: 3, due_at: null, updated_at: p.now })
    .where('account', '=', p.account)
    .where('target_id', '=', p.targetId)
    .where('state', '=', 0),
)
/** Undelivered ones of a conversation, for all targets but the given. */
export const cancelInConversation = statement<{
  account: number
  conversationId: string
  keep: string[]
  now: number
}>()((db, p, d) =>
  db
    .updateTable('delivery')
    .set({ state: 3, due_at: null, updated_at: p.now })
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('state', '=', 0)
    .where((eb) => eb.not(d.among('target_id', p.keep))),
)
export const lockDeliveriesOf = statement<{ account: number; conversationId: string }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('delivery')
      .select('id')
      .where('account', '=', p.account)
      .where('conversation_id', '=', p.conversationId),
  ),
)
const forgetAttempts = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .deleteFrom('delivery_attempt')
    .where('account', '=', p.account)
    .where('delivery_id', 'in', (eb) =>
      eb
        .selectFrom('delivery')
        .select('id')
        .where('account', '=', p.account)
        .where('conversation_id', '=', p.conversationId),
    ),
)
const forgetDeliveriesOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('delivery').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)

/** Everything about the deliveries of one conversation. */
export const forgetDeliveries = [forgetAttempts, forgetDeliveriesOf]
