import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { type EventNote, eventTypes } from '../../events/append.ts'
import { subjectKind } from '../../events/domain/entry.ts'
import { eventPages } from '../../events/event-pages.ts'
import type { EventRow } from '../../events/rows.ts'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, Nullable, pageQuery, Words, wireDate, withErrors } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { findConversation } from '../conversation-views.ts'
import { reasonOf } from '../domain/diagnostics.ts'
import { type Status, statuses } from '../domain/model.ts'
import { startOfNumbers } from '../list-position.ts'
import { ClocksSchema, presentClocks } from './clocks-present.ts'
import type { ConversationsContext } from './context.ts'
import { unknownConversation } from './conversation-path.ts'

const list = 'events'
const maxPageSize = 1000
const Params = Type.Object({ id: Type.String() })
const Query = Type.Object(pageQuery)

const TimelineEvent = Type.Object({
  n: Type.Integer({ description: 'Counts from 1 without gaps.' }),
  type: Words(eventTypes),
  subject: Type.String({ description: 'The conversation, participant or communication that it is about.' }),
  at: Type.String(),
  requestId: Type.String(),
  status: Nullable(Words(statuses)),
  cause: Nullable(Type.String({ description: 'Why the status was reached.' })),
  diagnostic: Nullable(Type.Object({ code: Type.Integer(), message: Type.String() })),
})

const Timeline = Type.Object({
  conversationId: Type.String(),
  clocks: ClocksSchema,
  meta: Meta,
  events: Type.Array(TimelineEvent),
})

/** One conversation explained: which clocks run, what they will do, and what has happened so far. */
export function timelineRoutes(app: FastifyInstance, { store, clock, conversations }: ConversationsContext): void {
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    '/skein/v1/Conversations/:id/Timeline',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Explain the clocks of a conversation and tell what has happened in it, the oldest event first',
        params: Params,
        querystring: Query,
        response: withErrors({ 200: Timeline }),
      },
    },
    async ({ principal: { account }, params, query }) => {
      const conversationId = pathId('conversation', params.id, 'conversation')
      const wanted = pageRequest(query, list, maxPageSize)
      const view = await findConversation({ read: store.read, cache: conversations.cache, account }, conversationId)
      if (!view) throw unknownConversation(params.id)
      const rows = await store.read.all(eventPages[wanted.from?.direction ?? 'next'], {
        account,
        conversationId,
        n: startOfNumbers(wanted),
        limit: wanted.size + 1,
      })
      const page = pageOf(wanted, rows, ({ n }) => [n])
      return {
        conversationId: params.id,
        clocks: presentClocks(view.conversation.lifecycle, view.snapshot.rules, await clock.now()),
        meta: pageMeta(list, list, page),
        events: page.items.map(presentEvent),
      }
    },
  )
}

function presentEvent(row: EventRow): Static<typeof TimelineEvent> {
  const type = row.type as Static<typeof TimelineEvent>['type']
  return {
    n: row.n,
    type,
    subject: wireId(subjectKind({ ...row, conversationId: row.conversation_id }), row.subject),
    at: wireDate(row.at),
    requestId: row.request_id,
    ...presentNote(row.note === null ? {} : (JSON.parse(row.note) as EventNote)),
  }
}

function presentNote({ status, cause, code }: EventNote) {
  return {
    status: (status as Status | undefined) ?? null,
    cause: cause ?? null,
    diagnostic: code === undefined ? null : { code, message: reasonOf(code).message },
  }
}
