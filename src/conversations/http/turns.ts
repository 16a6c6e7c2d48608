import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { Meta, Nullable, pageQuery, wireDate, withErrors } from '../../http/schemas.ts'
import { listCommunications } from '../communications.ts'
import type { Communication } from '../domain/conversation.ts'
import { type Turn, turnsOf, turnText } from '../domain/turns.ts'
import type { ConversationsContext } from './context.ts'
import { existingConversationId } from './conversation-path.ts'
import { CommunicationSchema, presentCommunication } from './present.ts'

const list = 'turns'
const maxPageSize = 1000
const OfConversation = Type.Object({ conversationId: Type.String() })
const Query = Type.Object({
  ...pageQuery,
  turns: Type.Optional(Type.Boolean({ default: false, description: 'Join what one side says on end.' })),
})
const TurnSchema = Type.Object({
  text: Type.String({ description: 'All of its fragments.' }),
  author: CommunicationSchema.properties.author,
  channelId: Nullable(Type.String()),
  occurredAt: Type.String(),
  communications: Type.Array(CommunicationSchema, { description: 'As they were captured.' }),
})
const Listed = Type.Object({
  meta: Meta,
  communications: Type.Optional(Type.Array(CommunicationSchema)),
  turns: Type.Optional(Type.Array(TurnSchema)),
})

/** Communications beside the published list: on request an agent's fragments are joined into what it said in a turn. */
export function turnRoutes(app: FastifyInstance, { store }: ConversationsContext): void {
  app.get<{ Params: Static<typeof OfConversation>; Querystring: Static<typeof Query> }>(
    '/skein/v1/Conversations/:conversationId/Communications',
    {
      schema: {
        tags: ['Skein'],
        summary:
          'List the communications of a conversation, or its turns: pages count communications, and may cut a turn',
        params: OfConversation,
        querystring: Query,
        response: withErrors({ 200: Listed }),
      },
    },
    async ({ principal: { account, accountSid }, params, query }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const wanted = pageRequest(query, list, maxPageSize)
      const page = await listCommunications(store.read, { account, conversationId, channelId: undefined }, wanted)
      const present = (communication: Communication) => presentCommunication(accountSid, communication)
      if (!query.turns) return { meta: pageMeta('communications', list, page), communications: page.items.map(present) }
      return {
        meta: pageMeta('turns', list, page),
        turns: turnsOf(page.items).map((turn) => presentTurn(turn, present)),
      }
    },
  )
}

function presentTurn(turn: Turn, present: (communication: Communication) => Static<typeof CommunicationSchema>) {
  const communications = turn.fragments.map(present)
  const [first] = turn.fragments
  return {
    text: turnText(turn),
    author: present(first).author,
    channelId: first.channelId,
    occurredAt: wireDate(first.occurredAt),
    communications,
  }
}
