import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { maxAddressLength } from '../../conversations/domain/address.ts'
import { channels } from '../../conversations/domain/model.ts'
import { existingConversationId } from '../../conversations/http/conversation-path.ts'
import { pathId } from '../../http/path-id.ts'
import {
  DateTime,
  Nullable,
  NullableDateTime,
  StringMap,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { parseWireId, wireId } from '../../kernel/ids.ts'
import { type ActionRow, actionById, actionStatuses } from '../action-rows.ts'
import { createAction } from '../commands/create-action.ts'
import type { PartyReference } from '../domain/action.ts'
import { contentProblem } from '../domain/message-form.ts'
import type { CarriersContext } from './context.ts'

const path = '/v2/Conversations/:conversationId/Actions'
const tags = ['Actions']
const OfConversation = Type.Object({ conversationId: Type.String() })
const OfOne = Type.Object({ conversationId: Type.String(), actionId: Type.String() })

const Party = Type.Object({
  participantId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  address: Type.Optional(Type.String({ minLength: 1, maxLength: maxAddressLength })),
  channel: Type.Optional(Words(channels)),
})

const Content = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 65_536 })),
    contentId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    variables: Type.Optional(StringMap),
    mediaUrls: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  },
  { additionalProperties: false },
)

const Settings = Type.Unsafe<Record<string, unknown>>({ type: 'object', properties: {}, additionalProperties: true })

const ActionSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  status: Words(actionStatuses),
  conversationId: Type.String(),
  related: StringMap,
  createdAt: DateTime,
  updatedAt: DateTime,
  completedAt: NullableDateTime,
  failureReason: Nullable(Type.String()),
})

/** Messages sent into a conversation: accepted here, carried out by a loop, followed by fetching. */
export function actionRoutes(app: FastifyInstance, context: CarriersContext): void {
  const { store, conversations, carriers, limits } = context
  const Body = Type.Object({
    type: Words(['SEND_MESSAGE']),
    payload: Type.Object({
      from: Party,
      to: Type.Array(Party, { minItems: 1, maxItems: limits.recipients }),
      content: Content,
      channelSettings: Type.Optional(Settings),
    }),
  })

  app.post<{ Params: Static<typeof OfConversation>; Body: Static<typeof Body> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Send a message in a conversation',
        params: OfConversation,
        body: Body,
        response: withErrors({ 202: ActionSchema }),
      },
    },
    async ({ principal: { account }, params, body, id: requestId }, reply) => {
      const { from, to, content, channelSettings = null } = body.payload
      const { text = '', contentId = null, variables = null, mediaUrls = [] } = content
      refuseEmpty(text, contentId, mediaUrls)
      const action = await createAction(
        conversations.commands,
        { account, requestId },
        {
          conversationId: pathId('conversation', params.conversationId, 'conversation'),
          from: referenceOf(from, 'payload.from'),
          to: to.map((party, at) => referenceOf(party, `payload.to[${at}]`)),
          text,
          contentId,
          variables,
          mediaUrls,
          channelSettings,
        },
      )
      carriers.wakeActions()
      return reply.status(202).send(presentAction(action))
    },
  )

  app.get<{ Params: Static<typeof OfOne> }>(
    `${path}/:actionId`,
    { schema: { tags, summary: 'Fetch an action', params: OfOne, response: withErrors({ 200: ActionSchema }) } },
    async ({ principal: { account }, params }) => {
      const conversationId = await existingConversationId(store.read, account, params.conversationId)
      const id = pathId('action', params.actionId, 'action')
      const action = await store.read.get(actionById, { account, id })
      if (action?.conversation_id !== conversationId) {
        throw notFound(`There is no action ${params.actionId} in ${params.conversationId}.`)
      }
      return presentAction(action)
    },
  )
}

function refuseEmpty(text: string, contentId: string | null, mediaUrls: readonly string[]): void {
  if (contentId !== null) return
  const problem = contentProblem(text, mediaUrls)
  if (!problem) return
  const field = problem.field === 'Body' ? 'payload.content.text' : 'payload.content.mediaUrls'
  throw invalid(field, problem.code === 21619 ? 'payload.content needs text, contentId or mediaUrls' : problem.message)
}

function referenceOf({ participantId, address, channel }: Static<typeof Party>, field: string): PartyReference {
  const id = participantId === undefined ? undefined : parseWireId('participant', participantId)
  if (participantId !== undefined && id === undefined) {
    throw invalid(`${field}.participantId`, `${field}.participantId begins with conv_participant_`)
  }
  return {
    ...(id === undefined ? {} : { participantId: id }),
    ...(address === undefined ? {} : { address }),
    ...(channel === undefined ? {} : { channel }),
  }
}

function presentAction(row: ActionRow): Static<typeof ActionSchema> {
  const { message_id: messageSid, communication_id: communication } = row
  return {
    id: wireId('action', row.id),
    type: 'SEND_MESSAGE',
    status: actionStatuses[row.status] ?? 'PENDING',
    conversationId: wireId('conversation', row.conversation_id),
    related: {
      ...(messageSid === null ? {} : { messageSid }),
      ...(communication === null ? {} : { communicationId: wireId('communication', communication) }),
    },
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
    completedAt: wireDateOrNull(row.completed_at),
    failureReason: row.failure_reason,
  }
}
