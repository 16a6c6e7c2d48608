import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { addParticipant, removeParticipant, replaceParticipant } from '../commands/change-participants.ts'
import type { ParticipantInput } from '../commands/participant-input.ts'
import { NewParticipantBody, ParticipantBody } from './bodies.ts'
import type { ConversationsContext } from './context.ts'
import { ParticipantSchema, presentParticipant } from './present.ts'

const path = '/v2/Conversations/:conversationId/Participants'
const tags = ['Participants']
const OfConversation = Type.Object({ conversationId: Type.String() })
const OfParticipant = Type.Object({ conversationId: Type.String(), id: Type.String() })

export function participantChangeRoutes(app: FastifyInstance, { conversations }: ConversationsContext): void {
  const { commands } = conversations

  app.post<{ Params: Static<typeof OfConversation>; Body: ParticipantBody }>(
    path,
    {
      schema: {
        tags,
        summary: 'Add a participant',
        params: OfConversation,
        body: NewParticipantBody,
        response: withErrors({ 201: ParticipantSchema }, 409),
      },
    },
    async (request, reply) => {
      const conversationId = pathId('conversation', request.params.conversationId, 'conversation')
      const input = request.body as ParticipantInput
      const { participant } = await addParticipant(commands, askerOf(request as FastifyRequest), conversationId, input)
      return reply.status(201).send(presentParticipant(conversationId, request.principal.accountSid, participant))
    },
  )

  app.put<{ Params: Static<typeof OfParticipant>; Body: ParticipantBody }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Replace a participant: what is left out is cleared',
        params: OfParticipant,
        body: ParticipantBody,
        response: withErrors({ 200: ParticipantSchema }, 409),
      },
    },
    async (request) => {
      const { conversationId, participantId } = idsOf(request.params)
      const asker = askerOf(request as FastifyRequest)
      const input = request.body as ParticipantInput
      const { participant } = await replaceParticipant(commands, asker, conversationId, participantId, input)
      return presentParticipant(conversationId, request.principal.accountSid, participant)
    },
  )

  app.delete<{ Params: Static<typeof OfParticipant> }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Remove a participant (an extension of the published API)',
        params: OfParticipant,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      const { conversationId, participantId } = idsOf(request.params)
      await removeParticipant(commands, askerOf(request as FastifyRequest), conversationId, participantId)
      return reply.status(204).send()
    },
  )
}

function askerOf(request: FastifyRequest) {
  return { account: request.principal.account, requestId: request.id }
}

function idsOf(params: Static<typeof OfParticipant>) {
  return {
    conversationId: pathId('conversation', params.conversationId, 'conversation'),
    participantId: pathId('participant', params.id, 'participant'),
  }
}
