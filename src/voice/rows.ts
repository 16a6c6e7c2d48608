import { type Kysely, sql } from 'kysely'
import type { StreamRow } from '../conversations/rows.ts'
import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { CallStatus } from './domain/call-status.ts'
import type { CallDirection, Leg } from './domain/leg.ts'

/** Calls of the virtual network, each leg a row. `node` runs it while it is live; `seen_at` is wall time. */
export const callTable = table('phone_call', {
  account: 'int',
  id: 'text',
  sid: 'text',
  parent_sid: 'text?',
  from_address: 'text',
  to_address: 'text',
  handset: 'text',
  direction: 'text',
  status: 'text',
  live: 'int',
  node: 'text',
  seen_at: 'big',
  created_at: 'big',
  answered_at: 'big?',
  ended_at: 'big?',
})
export type CallRow = RowOf<typeof callTable>

export const transcriptionTable = table('transcription', {
  account: 'int',
  sid: 'text',
  call_sid: 'text',
  conversation_id: 'text?',
  stopped_at: 'big?',
  created_at: 'big',
})

interface Tables {
  phone_call: CallRow
  transcription: RowOf<typeof transcriptionTable>
  stream: StreamRow
}

const statement = statements<Tables>()

export const callBySid = statement<{ account: number; sid: string }>()((db, p) =>
  db.selectFrom('phone_call').selectAll().where('account', '=', p.account).where('sid', '=', p.sid),
)
export const lockCall = statement<{ account: number; sid: string }>()((db, p, d) =>
  d.lock(db.selectFrom('phone_call').selectAll().where('account', '=', p.account).where('sid', '=', p.sid)),
)
/** Calls hold addresses: those of a deleted conversation go with it. */
export const forgetCallsOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .deleteFrom('phone_call')
    .where('account', '=', p.account)
    .where((eb) => {
      const bound = eb
        .selectFrom('stream')
        .select('channel_id')
        .where('account', '=', p.account)
        .where('conversation_id', '=', p.conversationId)
      return eb.or([eb('sid', 'in', bound), eb('parent_sid', 'in', bound)])
    }),
)
export const forgetTranscriptionsOf = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('transcription').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
export const transcriptionBySid = statement<{ account: number; sid: string }>()((db, p) =>
  db.selectFrom('transcription').selectAll().where('account', '=', p.account).where('sid', '=', p.sid),
)
export const bindTranscription = statement<{ account: number; sid: string; conversationId: string }>()((db, p) =>
  db
    .updateTable('transcription')
    .set({ conversation_id: p.conversationId })
    .where('account', '=', p.account)
    .where('sid', '=', p.sid),
)
/** The first stop counts. */
export const stopTranscription = statement<{ account: number; sid: string; now: number }>()((db, p) =>
  db
    .updateTable('transcription')
    .set({ stopped_at: p.now })
    .where('account', '=', p.account)
    .where('sid', '=', p.sid)
    .where('stopped_at', 'is', null),
)
export const seenCalls = statement<{ node: string; now: number }>()((db, p) =>
  db.updateTable('phone_call').set({ seen_at: p.now }).where('live', '=', 1).where('node', '=', p.node),
)
/** Live, yet nobody has seen them for long: the process that ran them is gone. */
export const lostCalls = statement<{ before: number; limit: number }>()((db, p) =>
  db.selectFrom('phone_call').selectAll().where('live', '=', 1).where('seen_at', '<', p.before).limit(p.limit),
)

/** Empty filters let everything through. */
interface Wanted {
  account: number
  /** Goes on from here. */
  id: string
  limit: number
  handset: string
  from: string
  to: string
  status: string
  parentSid: string
}

type Order = { beyond: '<' | '>'; order: 'asc' | 'desc' }

/** The newest first; `back` pages towards them, the oldest of them first. */
export const callPages = {
  on: statement<Wanted>()((db, p) => callsBeyond(db, p, { beyond: '<', order: 'desc' })),
  back: statement<Wanted>()((db, p) => callsBeyond(db, p, { beyond: '>', order: 'asc' })),
}

function callsBeyond(db: Kysely<Tables>, p: Readonly<Wanted>, { beyond, order }: Order) {
  return db
    .selectFrom('phone_call')
    .selectAll()
    .where('account', '=', p.account)
    .where('id', beyond, p.id)
    .where(isWanted('handset', p.handset))
    .where(isWanted('from_address', p.from))
    .where(isWanted('to_address', p.to))
    .where(isWanted('status', p.status))
    .where(isWanted('parent_sid', p.parentSid))
    .orderBy('id', order)
    .limit(p.limit)
}

function isWanted(column: string, value: string) {
  return sql<boolean>`(${value} = '' or ${sql.ref(column)} = ${value})`
}

export function legOf(row: CallRow): Leg {
  return {
    id: row.id,
    sid: row.sid,
    parentSid: row.parent_sid,
    from: row.from_address,
    to: row.to_address,
    direction: row.direction as CallDirection,
    status: row.status as CallStatus,
    createdAt: row.created_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
  }
}
