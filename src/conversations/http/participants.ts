import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, pageQuery, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { findParticipant, listParticipants } from '../participants.ts'
import type { ConversationsContext } from './context.ts'
import { existingConversationId } from './conversation-path.ts'
import { ParticipantSchema, presentParticipant } from './present.ts'

const path = '/v2/Conversations/:conversationId/Participants'
const list = 'participants'
const maxPageSize = 1000
const tags = ['Participants']
const OfConversation = Type.Object({ conversationId: Type.String() })
const OfOne = Type.Object({ conversationId: Type.String(), id: Type.String() })
const Query = Type.Object(pageQuery)

export function participantRoutes(app: FastifyInstance, { store }: ConversationsContext): void {
  app.get<{ Params: Static<typeof OfConversation>; Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the participants of a conversation, the oldest first',
        params: OfConversation,
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, participants: Type.Array(ParticipantSchema) }) }),
      },
    },
    async ({ principal: { account, accountSid }, params, query }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const wanted = pageRequest(query, list, maxPageSize)
      const page = await listParticipants(store.read, { account, conversationId }, wanted)
      return {
        meta: pageMeta(list, list, page),
        participants: page.items.map((participant) => presentParticipant(conversationId, accountSid, participant)),
      }
    },
  )

  app.get<{ Params: Static<typeof OfOne> }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a participant',
        params: OfOne,
        response: withErrors({ 200: ParticipantSchema }),
      },
    },
    async ({ principal: { account, accountSid }, params }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const id = pathId('participant', params.id, 'participant')
      const participant = await findParticipant(store.read, { account, conversationId, id })
      if (!participant) throw notFound(`There is no participant ${params.id} in ${params.conversationId}.`)
      return presentParticipant(conversationId, accountSid, participant)
    },
  )
}
