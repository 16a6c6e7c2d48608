import { type Kysely, sql } from 'kysely'
import type { Position } from '../http/pagination.ts'
import { statements } from '../store/statement.ts'
import { ascending, conversationsReferredTo, descending, type Place, type Way } from './list-rows.ts'
import type { ConversationTables } from './rows.ts'

type Database = Kysely<ConversationTables>
const statement = statements<ConversationTables>()
const columns = ['id', 'status', 'channels', 'configuration_id'] as const

/** Candidates of a search in order of their ids: few columns of many conversations, by whatever narrows them down most. */
export const candidatePages = {
  next: candidateStatements(descending),
  previous: candidateStatements(ascending),
} satisfies Record<Position['direction'], unknown>

function candidateStatements(way: Way) {
  return {
    all: statement<Place>()((db, p) => candidatesBeyond(db, p, way)),
    ofStatus: statement<Place & { status: number }>()((db, p) =>
      candidatesBeyond(db, p, way).where('status', '=', p.status),
    ),
    ofConfiguration: statement<Place & { configurationId: string }>()((db, p) =>
      candidatesBeyond(db, p, way).where('configuration_id', '=', p.configurationId),
    ),
    ofChannelId: statement<Place & { value: string }>()((db, p) =>
      candidatesBeyond(db, p, way).where('id', 'in', conversationsReferredTo(db, p)),
    ),
    // Walked in the order of the references: the number of a business leads to all of its conversations.
    ofAddress: statement<Place & { value: string }>()((db, p) =>
      db
        .selectFrom('reference as r')
        .innerJoin('conversation as c', (join) =>
          join.onRef('c.account', '=', 'r.account').onRef('c.id', '=', 'r.conversation_id'),
        )
        .select(['c.id', 'c.status', 'c.channels', 'c.configuration_id'])
        .where('r.account', '=', p.account)
        .where('r.value', '=', p.value)
        .where('r.conversation_id', way.beyond, p.id)
        .where('c.deleting', '=', 0)
        .orderBy('r.conversation_id', way.order)
        .limit(p.limit),
    ),
  }
}

function candidatesBeyond(db: Database, p: Readonly<Place>, { beyond, order }: Way) {
  return db
    .selectFrom('conversation')
    .select(columns)
    .where('account', '=', p.account)
    .where('id', beyond, p.id)
    .where('deleting', '=', 0)
    .orderBy('id', order)
    .limit(p.limit)
}

/** Which of these conversations an external id leads to. */
export const referredAmong = statement<{ account: number; value: string; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('conversation')
    .select('id')
    .where('account', '=', p.account)
    .where(d.among('id', p.ids))
    .where('id', 'in', conversationsReferredTo(db, p)),
)

/** What was said last in one conversation. */
export const textsOf = statement<{ account: number; conversationId: string; limit: number }>()((db, p) =>
  db
    .selectFrom('communication')
    .select('text')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** What was said in several; in no order, and no more than the limit of all of them together. */
export const textsAmong = statement<{ account: number; conversationIds: string[]; limit: number }>()((db, p, d) =>
  db
    .selectFrom('communication')
    .select(['conversation_id', 'text'])
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds))
    .limit(p.limit),
)

export const namesAmong = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db
    .selectFrom('conversation')
    .select(['id', 'name'])
    .where('account', '=', p.account)
    .where(d.among('id', p.ids))
    .where('name', 'is not', null),
)

/**
 * Open conversations of a state by the channels on which people have addresses in them, at most `limit` of them; read from
 * an index alone.
 */
export const openByChannels = statement<{ account: number; status: number; limit: number }>()((db, p) =>
  db
    .selectFrom(
      db
        .selectFrom('conversation')
        .select('channels')
        .where('account', '=', p.account)
        .where('status', '=', p.status)
        .orderBy('id', 'desc')
        .limit(p.limit)
        .as('open'),
    )
    .select(['channels', sql<number>`count(*)`.as('n')])
    .groupBy('channels'),
)

export const stuckCount = statement<{ account: number; limit: number }>()((db, p) =>
  db
    .selectFrom(
      db
        .selectFrom('conversation')
        .select('id')
        .where('account', '=', p.account)
        .where('stuck', '=', sql.lit(1))
        .where('deleting', '=', 0)
        .limit(p.limit)
        .as('stuck'),
    )
    .select(sql<number>`count(*)`.as('n')),
)
