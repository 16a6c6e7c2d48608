import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { createCommunication, type PartyInput } from '../commands/create-communication.ts'
import { type CommunicationBody, communicationBody } from './bodies.ts'
import type { ConversationsContext } from './context.ts'
import { CommunicationSchema, presentCommunication } from './present.ts'

const OfConversation = Type.Object({ conversationId: Type.String() })

export function communicationChangeRoutes(app: FastifyInstance, { conversations, limits }: ConversationsContext): void {
  app.post<{ Params: Static<typeof OfConversation>; Body: CommunicationBody }>(
    '/v2/Conversations/:conversationId/Communications',
    {
      schema: {
        tags: ['Communications'],
        summary: 'Store a communication, or update the one that has its resourceId',
        params: OfConversation,
        body: communicationBody(limits),
        response: withErrors({ 201: CommunicationSchema }),
      },
    },
    async (request, reply) => {
      const { author, recipients, content, channelId, resourceId, occurredAt } = request.body
      const communication = await createCommunication(
        conversations.commands,
        { account: request.principal.account, requestId: (request as FastifyRequest).id },
        {
          conversationId: pathId('conversation', request.params.conversationId, 'conversation'),
          author: author as PartyInput,
          recipients: recipients as PartyInput[],
          content,
          channelId: channelId ?? null,
          resourceId: resourceId ?? null,
          occurredAt: instantOf(occurredAt ?? null),
        },
      )
      return reply.status(201).send(presentCommunication(request.principal.accountSid, communication))
    },
  )
}

function instantOf(occurredAt: string | null): number | null {
  const instant = occurredAt === null ? null : Date.parse(occurredAt)
  if (Number.isNaN(instant)) throw invalid('occurredAt', 'occurredAt is not a date')
  return instant
}
