import { type Kysely, type NotNull, sql } from 'kysely'
import type { Position } from '../http/pagination.ts'
import { statements } from '../store/statement.ts'
import type { ConversationTables } from './rows.ts'

type Direction = Position['direction']
type Database = Kysely<ConversationTables>

export interface Place {
  account: number
  /** The id beyond which the page begins. */
  id: string
  limit: number
}

/** How a list is walked: the comparison with the last position, and the order in which rows are met. */
export interface Way {
  beyond: '<' | '>'
  order: 'asc' | 'desc'
}
export const descending: Way = { beyond: '<', order: 'desc' }
export const ascending: Way = { beyond: '>', order: 'asc' }

const statement = statements<ConversationTables>()

/** Pages of conversations, the newest first: of all, of one status, of either of two, and of one external id. */
export const conversationPages = {
  next: conversationStatements(descending),
  previous: conversationStatements(ascending),
} satisfies Record<Direction, unknown>

/** Open conversations in which no clock runs, the oldest first. */
export const stuckPages = { next: stuckStatement(ascending), previous: stuckStatement(descending) }

/** Participants of one conversation, the oldest first. */
export const participantPages = { next: participantStatement(ascending), previous: participantStatement(descending) }

/** Communications of one conversation by the time at which they happened: all, or those of one external id. */
export const communicationPages = {
  next: communicationStatements(ascending),
  previous: communicationStatements(descending),
}

/** The last ones first; none of a conversation that is being deleted. */
export const lastCommunications = statement<{ account: number; conversationId: string; limit: number }>()((db, p) =>
  db
    .selectFrom('communication')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('conversation')
          .select('id')
          .where('account', '=', p.account)
          .where('id', '=', p.conversationId)
          .where('deleting', '=', 0),
      ),
    )
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** Answers a row unless the conversation is unknown or being deleted. */
export const conversationPresence = statement<{ account: number; id: string }>()((db, p) =>
  db
    .selectFrom('conversation')
    .select('id')
    .where('account', '=', p.account)
    .where('id', '=', p.id)
    .where('deleting', '=', 0),
)

/** Ids of calls and messages that lead to conversations: of participants, streams and communications. */
export const externalIdsOf = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('reference')
    .select(['conversation_id', 'value'])
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds))
    .where('value', 'not like', sql.lit('address:%'))
    .union(
      db
        .selectFrom('communication')
        .select(['conversation_id', 'channel_id as value'])
        .where('account', '=', p.account)
        .where(d.among('conversation_id', p.conversationIds))
        .where('channel_id', 'is not', null)
        .$narrowType<{ value: NotNull }>(),
    ),
)

export const participantById = statement<{ account: number; conversationId: string; id: string }>()((db, p) =>
  db
    .selectFrom('participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('id', '=', p.id),
)

function conversationStatements(way: Way) {
  return {
    all: statement<Place>()((db, p) => conversationsBeyond(db, p, way)),
    ofStatus: statement<Place & { status: number }>()((db, p) => statusArm(db, p, way, p.status)),
    // Each arm is read in order from the index and stops by itself, however rare its status is.
    ofTwoStatuses: statement<Place & { status: number; otherStatus: number }>()((db, p) =>
      db
        .selectFrom(
          db
            .selectFrom(statusArm(db, p, way, p.status).as('one'))
            .selectAll()
            .unionAll(db.selectFrom(statusArm(db, p, way, p.otherStatus).as('other')).selectAll())
            .as('either'),
        )
        .selectAll()
        .orderBy('id', way.order)
        .limit(p.limit),
    ),
    ofReference: statement<Place & { value: string; statuses: number[] }>()((db, p, d) =>
      conversationsBeyond(db, p, way)
        .where('id', 'in', conversationsReferredTo(db, p))
        .where(d.amongNumbers('status', p.statuses)),
    ),
  }
}

function conversationsBeyond(db: Database, p: Readonly<Place>, { beyond, order }: Way) {
  return db
    .selectFrom('conversation')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', beyond, p.id)
    .where('deleting', '=', 0)
    .orderBy('id', order)
    .limit(p.limit)
}

function statusArm(db: Database, p: Readonly<Place>, way: Way, status: number) {
  return conversationsBeyond(db, p, way).where('status', '=', status)
}

/** Ids of the conversations that an external id leads to: by an address of a participant, a call or a communication. */
export function conversationsReferredTo(db: Database, p: { account: number; value: string }) {
  return db
    .selectFrom('reference')
    .select('conversation_id')
    .where('account', '=', p.account)
    .where('value', '=', p.value)
    .union(
      db
        .selectFrom('communication')
        .select('conversation_id')
        .where('account', '=', p.account)
        .where('channel_id', '=', p.value)
        .where(differsFromResource),
    )
    .union(
      db
        .selectFrom('communication')
        .select('conversation_id')
        .where('account', '=', p.account)
        .where('resource_id', '=', p.value),
    )
}

/** The words of the partial index on `channel_id`, without which a database does not use it. */
const differsFromResource = sql<boolean>`channel_id <> coalesce(resource_id, '')`

function stuckStatement(way: Way) {
  return statement<Place>()((db, p) => conversationsBeyond(db, p, way).where('stuck', '=', sql.lit(1)))
}

function participantStatement({ beyond, order }: Way) {
  return statement<Place & { conversationId: string }>()((db, p) =>
    db
      .selectFrom('participant')
      .selectAll()
      .where('account', '=', p.account)
      .where('conversation_id', '=', p.conversationId)
      .where('id', beyond, p.id)
      .orderBy('id', order)
      .limit(p.limit),
  )
}

interface CommunicationPlace extends Place {
  conversationId: string
  occurredAt: number
}

function communicationStatements(way: Way) {
  return {
    all: statement<CommunicationPlace>()((db, p) => communicationsBeyond(db, p, way)),
    // At most one has it as resource id, and then it may be its channel id too: the arms never meet.
    ofReference: statement<CommunicationPlace & { value: string }>()((db, p) =>
      db
        .selectFrom(
          db
            .selectFrom(
              communicationsBeyond(db, p, way)
                .where('channel_id', '=', p.value)
                .where(differsFromResource)
                .as('channel'),
            )
            .selectAll()
            .unionAll(
              db
                .selectFrom(communicationsBeyond(db, p, way).where('resource_id', '=', p.value).as('resource'))
                .selectAll(),
            )
            .as('either'),
        )
        .selectAll()
        .orderBy('occurred_at', way.order)
        .orderBy('id', way.order)
        .limit(p.limit),
    ),
  }
}

function communicationsBeyond(db: Database, p: Readonly<CommunicationPlace>, { beyond, order }: Way) {
  return db
    .selectFrom('communication')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('occurred_at', 'id'), beyond, tuple(p.occurredAt, p.id)))
    .orderBy('occurred_at', order)
    .orderBy('id', order)
    .limit(p.limit)
}
