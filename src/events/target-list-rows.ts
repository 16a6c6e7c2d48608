import { sql } from 'kysely'
import { statements } from '../store/statement.ts'
import type { DeliveryRow } from './delivery-rows.ts'
import type { LaneRow } from './rows.ts'
import type { TargetRow } from './target-rows.ts'

interface Tables {
  target: TargetRow
  lane: LaneRow
  delivery: DeliveryRow
}

const statement = statements<Tables>()

/** Targets in force, the newest first, walked in either direction. */
export const targetPages = { next: pageStatement('<', 'desc'), previous: pageStatement('>', 'asc') }

/** Lanes of a target in which something waits; counts no further than the limit. */
export const waitingLanes = statement<{ account: number; follower: string; limit: number }>()((db, p) =>
  db
    .selectFrom(
      db
        .selectFrom('lane')
        .select('due_at')
        .where('account', '=', p.account)
        .where('follower', '=', p.follower)
        .where('due_at', 'is not', null)
        .limit(p.limit)
        .as('waiting'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count')),
)

/** Deliveries of a target that are to be tried again; counts no further than the limit. */
export const waitingDeliveries = statement<{ account: number; targetId: string; limit: number }>()((db, p) =>
  db
    .selectFrom(
      db
        .selectFrom('delivery')
        .select('id')
        .where('account', '=', p.account)
        .where('target_id', '=', p.targetId)
        .where('state', '=', sql.lit(0))
        .limit(p.limit)
        .as('waiting'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count')),
)

/** The delivery that has waited longest to be tried again. */
export const oldestWaitingDelivery = statement<{ account: number; targetId: string }>()((db, p) =>
  db
    .selectFrom('delivery')
    .select('created_at')
    .where('account', '=', p.account)
    .where('target_id', '=', p.targetId)
    .where('state', '=', sql.lit(0))
    .orderBy('created_at')
    .limit(1),
)

/** The lane that was woken first. */
export const oldestWaitingLane = statement<{ account: number; follower: string }>()((db, p) =>
  db
    .selectFrom('lane')
    .selectAll()
    .where('account', '=', p.account)
    .where('follower', '=', p.follower)
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1),
)

function pageStatement(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<{ account: number; id: string; limit: number }>()((db, p) =>
    db
      .selectFrom('target')
      .selectAll()
      .where('account', '=', p.account)
      .where('id', beyond, p.id)
      .where('removed_at', 'is', null)
      .orderBy('id', order)
      .limit(p.limit),
  )
}
