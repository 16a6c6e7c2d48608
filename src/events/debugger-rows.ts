import { type Kysely, sql } from 'kysely'
import { statements } from '../store/statement.ts'
import type { DiagnosticRow } from './diagnostic-rows.ts'
import type { EventRow } from './rows.ts'

interface Tables {
  event: EventRow & { tx: number }
  diagnostic: DiagnosticRow & { tx: number }
}
type Database = Kysely<Tables>

/** An event without what is told to followers, which the debugger never shows. */
export type RecordedRow = Omit<Tables['event'], 'data' | 'account'>
export type ReportRow = Omit<Tables['diagnostic'], 'account'>

interface Place {
  account: number
  /** The id beyond which rows are read. */
  id: string
  limit: number
}

interface Way {
  beyond: '<' | '>'
  order: 'asc' | 'desc'
}
const ways = {
  next: { beyond: '<', order: 'desc' },
  previous: { beyond: '>', order: 'asc' },
} as const satisfies Record<'next' | 'previous', Way>

const recordedColumns = ['id', 'conversation_id', 'n', 'type', 'subject', 'request_id', 'at', 'note', 'tx'] as const
const reportColumns = [
  'id',
  'type',
  'level',
  'code',
  'message',
  'resource',
  'conversation_id',
  'channel',
  'details',
  'request_id',
  'count',
  'at',
  'tx',
] as const

const statement = statements<Tables>()

/** Events of conversations, the newest first: all, diagnostics alone, and those of one conversation by their number. */
export const recordedPages = { next: recordedStatements(ways.next), previous: recordedStatements(ways.previous) }

/** What was reported beside them, the newest first: all, of one conversation, and about one resource. */
export const reportPages = { next: reportStatements(ways.next), previous: reportStatements(ways.previous) }

/** The request that created each conversation. */
export const creatingRequests = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('event')
    .select(['conversation_id', 'request_id'])
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds))
    .where('n', '=', 1),
)

/**
 * How far the log is complete: below `tx` every transaction has ended, or where one writes after the other, up to `id`
 * everything is there.
 */
export const feedHorizon = statement<{ account: number }>()((db, p, d) =>
  d.name === 'postgres'
    ? db.selectNoFrom([
        sql<number>`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`.as('tx'),
        sql<string | null>`null::text`.as('id'),
      ])
    : db
        .selectFrom(
          db
            .selectFrom('event')
            .select((eb) => eb.fn.max('id').as('id'))
            .where('account', '=', p.account)
            .unionAll(
              db
                .selectFrom('diagnostic')
                .select((eb) => eb.fn.max('id').as('id'))
                .where('account', '=', p.account),
            )
            .as('last'),
        )
        .select([sql<number>`0`.as('tx'), sql<string | null>`max(last.id)`.as('id')]),
)

interface FeedPlace extends Place {
  tx: number
  /** The first transaction that may still be running. */
  endTx: number
  /** Rows from another database, whose transactions meant something else, are older than this. */
  floorId: string
}
interface SerialPlace extends Place {
  lastId: string
}

/** What comes after a position, in the order in which it can be told completely. */
export const feedPages = {
  postgres: {
    events: statement<FeedPlace>()((db, p) =>
      db
        .selectFrom('event')
        .select(recordedColumns)
        .where('account', '=', p.account)
        .where(({ eb, refTuple, tuple }) => eb(refTuple('tx', 'id'), '>', tuple(p.tx, p.id)))
        .where('tx', '<', p.endTx)
        .where('id', '>', p.floorId)
        .orderBy('tx')
        .orderBy('id')
        .limit(p.limit),
    ),
    reports: statement<FeedPlace>()((db, p) =>
      db
        .selectFrom('diagnostic')
        .select(reportColumns)
        .where('account', '=', p.account)
        .where(({ eb, refTuple, tuple }) => eb(refTuple('tx', 'id'), '>', tuple(p.tx, p.id)))
        .where('tx', '<', p.endTx)
        .where('id', '>', p.floorId)
        .orderBy('tx')
        .orderBy('id')
        .limit(p.limit),
    ),
  },
  sqlite: {
    events: statement<SerialPlace>()((db, p) => recordedBeyond(db, p, ways.previous).where('id', '<=', p.lastId)),
    reports: statement<SerialPlace>()((db, p) => reportsBeyond(db, p, ways.previous).where('id', '<=', p.lastId)),
  },
}

function recordedStatements(way: Way) {
  return {
    all: statement<Place>()((db, p) => recordedBeyond(db, p, way)),
    // Written into the statement, since a partial index serves only a condition that it can read.
    diagnostics: statement<Place>()((db, p) =>
      recordedBeyond(db, p, way).where('type', '=', sql.lit<string>('DIAGNOSTIC')),
    ),
    ofConversation: statement<{ account: number; conversationId: string; n: number; limit: number }>()((db, p) =>
      db
        .selectFrom('event')
        .select(recordedColumns)
        .where('account', '=', p.account)
        .where('conversation_id', '=', p.conversationId)
        .where('n', way.beyond, p.n)
        .orderBy('n', way.order)
        .limit(p.limit),
    ),
  }
}

function recordedBeyond(db: Database, p: Readonly<Place>, { beyond, order }: Way) {
  return db
    .selectFrom('event')
    .select(recordedColumns)
    .where('account', '=', p.account)
    .where('id', beyond, p.id)
    .orderBy('id', order)
    .limit(p.limit)
}

function reportStatements(way: Way) {
  return {
    all: statement<Place>()((db, p) => reportsBeyond(db, p, way)),
    ofConversation: statement<Place & { conversationId: string }>()((db, p) =>
      reportsBeyond(db, p, way).where('conversation_id', '=', p.conversationId),
    ),
    ofResource: statement<Place & { resource: string }>()((db, p) =>
      reportsBeyond(db, p, way).where('resource', '=', p.resource),
    ),
  }
}

function reportsBeyond(db: Database, p: Readonly<Place>, { beyond, order }: Way) {
  return db
    .selectFrom('diagnostic')
    .select(reportColumns)
    .where('account', '=', p.account)
    .where('id', beyond, p.id)
    .orderBy('id', order)
    .limit(p.limit)
}
