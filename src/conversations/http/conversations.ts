import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, pageQuery, withErrors } from '../../http/schemas.ts'
import { type ConversationFilter, findConversation, listConversations } from '../conversation-views.ts'
import { statuses } from '../domain/model.ts'
import type { ConversationsContext } from './context.ts'
import { unknownConversation } from './conversation-path.ts'
import { ConversationSchema, presentConversation } from './present.ts'
import { statusesOf } from './statuses.ts'

const path = '/v2/Conversations'
const list = 'conversations'
const maxPageSize = 1000
const tags = ['Conversations']
const Params = Type.Object({ id: Type.String() })

const Query = Type.Object({
  ...pageQuery,
  status: Type.Optional(
    Type.Array(Type.String(), {
      description: `Repeated or joined by commas: ${statuses.join(', ')}. All if left out.`,
    }),
  ),
  channelId: Type.Optional(
    Type.String({ minLength: 1, description: 'An external id, such as that of a call or a message.' }),
  ),
})

export function conversationRoutes(app: FastifyInstance, { store, conversations }: ConversationsContext): void {
  const { read } = store
  const { cache } = conversations

  app.get<{ Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List conversations, the newest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, conversations: Type.Array(ConversationSchema) }) }),
      },
    },
    async ({ principal: { account, accountSid }, query }) => {
      const page = await listConversations(
        { read, cache, account },
        pageRequest(query, list, maxPageSize),
        filterOf(query),
      )
      const knowledge = await cache.know(read, account)
      return {
        meta: pageMeta(list, list, page),
        conversations: page.items.map((view) => presentConversation(accountSid, view, knowledge)),
      }
    },
  )

  app.get<{ Params: Static<typeof Params> }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a conversation',
        params: Params,
        response: withErrors({ 200: ConversationSchema }),
      },
    },
    async ({ principal: { account, accountSid }, params }) => {
      const id = pathId('conversation', params.id, 'conversation')
      const view = await findConversation({ read, cache, account }, id)
      if (!view) throw unknownConversation(params.id)
      return presentConversation(accountSid, view, await cache.know(read, account))
    },
  )
}

function filterOf({ status = [], channelId }: Static<typeof Query>): ConversationFilter {
  return { statuses: statusesOf(status), channelId }
}
