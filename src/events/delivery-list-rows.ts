import type { Kysely } from 'kysely'
import type { Position } from '../http/pagination.ts'
import { type Statement, statements } from '../store/statement.ts'
import type { DeliveryRow } from './delivery-rows.ts'

/** What a list of deliveries may be narrowed to, beside states and a span of time. */
export interface DeliveryNarrowing {
  targetId: string
  conversationId: string
  eventType: string
}

export interface DeliveryPlace extends DeliveryNarrowing {
  account: number
  /** Beyond which the page begins. */
  at: number
  id: string
  /** Created at or after, and before. */
  from: number
  to: number
  /** Numbers of the states wanted; -1 in the places left over. */
  state0: number
  state1: number
  state2: number
  state3: number
  limit: number
}

interface Tables {
  delivery: DeliveryRow
}

const statement = statements<Tables>()
const columns = { targetId: 'target_id', conversationId: 'conversation_id', eventType: 'event_type' } as const
const names = Object.keys(columns) as (keyof DeliveryNarrowing)[]

const next = pageStatements('<', 'desc')
const previous = pageStatements('>', 'asc')

/** The statement that walks in a direction, the newest first or back, through what is narrowed by the given fields. */
export function deliveryPage(
  direction: Position['direction'],
  narrowing: Partial<DeliveryNarrowing>,
): Statement<DeliveryPlace, DeliveryRow> {
  const used = names.filter((name) => narrowing[name] !== undefined)
  return (direction === 'next' ? next : previous).get(used.join()) as Statement<DeliveryPlace, DeliveryRow>
}

function pageStatements(beyond: '<' | '>', order: 'asc' | 'desc'): Map<string, Statement<DeliveryPlace, DeliveryRow>> {
  const combinations = [...Array(2 ** names.length).keys()].map((bits) =>
    names.filter((_, place) => bits & (1 << place)),
  )
  return new Map(
    combinations.map((used) => [
      used.join(),
      statement<DeliveryPlace>()((db, p) => {
        const arm = (state: number) => stretch(db, p, state, { used, beyond, order })
        // Each state is one stretch of an index, read in order, and stops by itself.
        return db
          .selectFrom(
            db
              .selectFrom(arm(p.state0).as('a'))
              .selectAll()
              .unionAll(db.selectFrom(arm(p.state1).as('b')).selectAll())
              .unionAll(db.selectFrom(arm(p.state2).as('c')).selectAll())
              .unionAll(db.selectFrom(arm(p.state3).as('d')).selectAll())
              .as('any'),
          )
          .selectAll()
          .orderBy('created_at', order)
          .orderBy('id', order)
          .limit(p.limit)
      }),
    ]),
  )
}

interface Way {
  used: readonly (keyof DeliveryNarrowing)[]
  beyond: '<' | '>'
  order: 'asc' | 'desc'
}

function stretch(db: Kysely<Tables>, p: Readonly<DeliveryPlace>, state: number, { used, beyond, order }: Way) {
  let query = db
    .selectFrom('delivery')
    .selectAll()
    .where('account', '=', p.account)
    .where('state', '=', state)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), beyond, tuple(p.at, p.id)))
  query = beyond === '<' ? query.where('created_at', '>=', p.from) : query.where('created_at', '<', p.to)
  for (const name of used) query = query.where(columns[name], '=', p[name])
  return query.orderBy('created_at', order).orderBy('id', order).limit(p.limit)
}
