import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Position } from '../http/pagination.ts'
import { type Statement, statements } from '../store/statement.ts'
import { sentTypes } from './append.ts'
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
type Place = Readonly<DeliveryPlace>
type DeliveryQuery = SelectQueryBuilder<Tables, 'delivery', DeliveryRow>

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

interface Way {
  used: readonly (keyof DeliveryNarrowing)[]
  beyond: '<' | '>'
  order: 'asc' | 'desc'
}

function pageStatements(beyond: '<' | '>', order: 'asc' | 'desc'): Map<string, Statement<DeliveryPlace, DeliveryRow>> {
  const combinations = [...Array(2 ** names.length).keys()].map((bits) =>
    names.filter((_, place) => bits & (1 << place)),
  )
  return new Map(
    combinations.map((used) => {
      const way = { used, beyond, order }
      const build = used.includes('conversationId') ? pageOfConversation : pageOfStretches
      return [used.join(), statement<DeliveryPlace>()((db, p) => build(db, p, way))]
    }),
  )
}

/** All that one conversation has, which is little; materialized, or a database would look for it in a longer stretch. */
function pageOfConversation(db: Kysely<Tables>, p: Place, { used, beyond, order }: Way) {
  let query = db
    .with(
      (cte) => cte('told').materialized(),
      (inner) =>
        inner
          .selectFrom('delivery')
          .selectAll()
          .where('account', '=', p.account)
          .where('conversation_id', '=', p.conversationId),
    )
    .selectFrom('told')
    .selectAll()
    .where('state', 'in', [p.state0, p.state1, p.state2, p.state3])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), beyond, tuple(p.at, p.id)))
  query = beyond === '<' ? query.where('created_at', '>=', p.from) : query.where('created_at', '<', p.to)
  if (used.includes('targetId')) query = query.where('target_id', '=', p.targetId)
  if (used.includes('eventType')) query = query.where('event_type', '=', p.eventType)
  return query.orderBy('created_at', order).orderBy('id', order).limit(p.limit)
}

/** Each state, and where nothing else narrows them each type too, is one stretch of an index, read in order; it stops by itself. */
function pageOfStretches(db: Kysely<Tables>, p: Place, way: Way) {
  const states = [p.state0, p.state1, p.state2, p.state3]
  const stretches =
    way.used.length > 0
      ? states.map((state) => stretch(db, p, state, way))
      : sentTypes.flatMap((type) =>
          states.map((state) => stretch(db, p, state, way).where('event_type', '=', sql.lit(type))),
        )
  return db
    .selectFrom(unionOf(db, stretches).as('any'))
    .selectAll()
    .orderBy('created_at', way.order)
    .orderBy('id', way.order)
    .limit(p.limit)
}

function unionOf(db: Kysely<Tables>, stretches: readonly DeliveryQuery[]) {
  const [first, ...others] = stretches.map((one, at) => db.selectFrom(one.as(`stretch${at}`)).selectAll())
  if (!first) throw new Error('Broken assumption: there is a stretch to read')
  return others.reduce((union, one) => union.unionAll(one), first)
}

function stretch(db: Kysely<Tables>, p: Place, state: number, { used, beyond, order }: Way): DeliveryQuery {
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
