import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, pageQuery, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { findCommunication, listCommunications } from '../communications.ts'
import type { ConversationsContext } from './context.ts'
import { existingConversationId } from './conversation-path.ts'
import { CommunicationSchema, presentCommunication } from './present.ts'

const path = '/v2/Conversations/:conversationId/Communications'
const list = 'communications'
const maxPageSize = 1000
const tags = ['Communications']
const OfConversation = Type.Object({ conversationId: Type.String() })
const OfOne = Type.Object({ conversationId: Type.String(), id: Type.String() })
const Query = Type.Object({
  ...pageQuery,
  channelId: Type.Optional(
    Type.String({ minLength: 1, description: 'Only those that have it as channelId or as resourceId.' }),
  ),
})

export function communicationRoutes(app: FastifyInstance, { store }: ConversationsContext): void {
  app.get<{ Params: Static<typeof OfConversation>; Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the communications of a conversation in the order in which they happened',
        params: OfConversation,
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, communications: Type.Array(CommunicationSchema) }) }),
      },
    },
    async ({ principal: { account, accountSid }, params, query }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const wanted = pageRequest(query, list, maxPageSize)
      const page = await listCommunications(store.read, { account, conversationId, channelId: query.channelId }, wanted)
      return {
        meta: pageMeta(list, list, page),
        communications: page.items.map((communication) => presentCommunication(accountSid, communication)),
      }
    },
  )

  app.get<{ Params: Static<typeof OfOne> }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a communication',
        params: OfOne,
        response: withErrors({ 200: CommunicationSchema }),
      },
    },
    async ({ principal: { account, accountSid }, params }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const id = pathId('communication', params.id, 'communication')
      const communication = await findCommunication(store.read, account, id)
      if (communication?.conversationId !== conversationId) {
        throw notFound(`There is no communication ${params.id} in ${params.conversationId}.`)
      }
      return presentCommunication(accountSid, communication)
    },
  )
}
