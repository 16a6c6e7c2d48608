import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import {
  DateTime,
  Meta,
  Nullable,
  NullableDateTime,
  pageQuery,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { type ConversationView, listStuckConversations } from '../conversation-views.ts'
import { statuses } from '../domain/model.ts'
import { stuckReason } from '../domain/stuck.ts'
import type { ConversationsContext } from './context.ts'

const list = 'stuckConversations'
const maxPageSize = 1000
const Query = Type.Object(pageQuery)

const StuckConversation = Type.Object({
  id: Type.String(),
  configurationId: Type.String(),
  status: Words(statuses),
  name: Nullable(Type.String()),
  createdAt: DateTime,
  lastCommunicationAt: NullableDateTime,
  ageSeconds: Type.Integer({ description: 'Since it was created.' }),
  quietSeconds: Type.Integer({
    description: 'Since the last communication, or since it was created if there is none.',
  }),
  reason: Nullable(
    Type.String({ description: 'Why no clock runs. Null when one would by settings of the server changed since.' }),
  ),
})

/** For operators: open conversations that nothing but traffic, the API or the end of their lifespan will ever close. */
export function stuckRoutes(app: FastifyInstance, { store, clock, conversations }: ConversationsContext): void {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/Conversations/Stuck',
    {
      schema: {
        tags: ['Skein'],
        summary: 'List open conversations in which no clock runs, the oldest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, conversations: Type.Array(StuckConversation) }) }),
      },
    },
    async ({ principal: { account }, query }) => {
      const source = { read: store.read, cache: conversations.cache, account }
      const page = await listStuckConversations(source, pageRequest(query, list, maxPageSize))
      const now = await clock.now()
      return {
        meta: pageMeta('conversations', list, page),
        conversations: page.items.map((view) => presentStuck(view, now)),
      }
    },
  )
}

function presentStuck({ conversation, snapshot }: ConversationView, now: number): Static<typeof StuckConversation> {
  const { id, configurationId, name, lifecycle, lastCommunicationAt } = conversation
  const { status, createdAt } = lifecycle
  return {
    id: wireId('conversation', id),
    configurationId: wireId('configuration', configurationId),
    status,
    name,
    createdAt: wireDate(createdAt),
    lastCommunicationAt: wireDateOrNull(lastCommunicationAt),
    ageSeconds: secondsBetween(createdAt, now),
    quietSeconds: secondsBetween(lastCommunicationAt ?? createdAt, now),
    reason: stuckReason(lifecycle, snapshot.rules),
  }
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1000))
}
