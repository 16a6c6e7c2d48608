import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { withErrors } from '../../http/schemas.ts'
import {
  createClassicConversation,
  deleteClassicConversation,
  updateClassicConversation,
} from '../commands/conversations.ts'
import { conversationsAfter, conversationsBefore } from '../conversation-rows.ts'
import { requireConversation, requireService } from '../finding.ts'
import { ConversationBody, conversationFields } from './bodies.ts'
import { type ClassicContext, tags, viewerOf } from './context.ts'
import { ClassicMeta, ClassicQuery, classicPage, positionOfSid, sidAt } from './paging.ts'
import { ConversationSchema, presentClassicConversation } from './present.ts'

const Params = Type.Object({ service: Type.String() })
const OneParams = Type.Object({ service: Type.String(), conversation: Type.String() })
type Body = Static<typeof ConversationBody>
type OfOne = { Params: Static<typeof OneParams> }

const path = '/v1/Services/:service/Conversations'

export function classicConversationRoutes(app: FastifyInstance, context: ClassicContext): void {
  const { store, conversations } = context
  const requestOf = ({ principal, id }: { principal: { account: number }; id: string }) => ({
    account: principal.account,
    requestId: id,
  })

  app.post<{ Params: Static<typeof Params>; Body: Body }>(
    path,
    {
      schema: {
        tags,
        summary: 'Create a classic conversation',
        params: Params,
        body: ConversationBody,
        response: withErrors({ 201: ConversationSchema }, 409),
      },
    },
    async (request, reply) => {
      const fields = conversationFields(request.body)
      const { service } = request.params
      const row = await createClassicConversation(conversations.commands, requestOf(request), service, fields)
      return reply.status(201).send(presentClassicConversation(viewerOf(request, context), row))
    },
  )

  app.get<{ Params: Static<typeof Params> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the conversations of a classic service, the newest first',
        params: Params,
        querystring: ClassicQuery,
        response: withErrors({
          200: Type.Object({ meta: ClassicMeta, conversations: Type.Array(ConversationSchema) }),
        }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const serviceSid = request.params.service
      await requireService(store.read, account, serviceSid)
      const { rows, meta } = await classicPage(request, context.configuredUrl, {
        key: 'conversations',
        read: (direction, at, limit) =>
          direction === 'next'
            ? store.read.all(conversationsBefore, { account, serviceSid, after: sidAt('CH', at, 'last'), limit })
            : store.read.all(conversationsAfter, { account, serviceSid, after: sidAt('CH', at, 'first'), limit }),
        positionOf: ({ sid }) => positionOfSid(sid),
      })
      return { meta, conversations: rows.map((row) => presentClassicConversation(viewerOf(request, context), row)) }
    },
  )

  app.get<OfOne>(
    `${path}/:conversation`,
    {
      schema: {
        tags,
        summary: 'Fetch a classic conversation by its SID or unique name',
        params: OneParams,
        response: withErrors({ 200: ConversationSchema }),
      },
    },
    async (request) => {
      const row = await requireConversation(store.read, request.principal.account, request.params)
      return presentClassicConversation(viewerOf(request, context), row)
    },
  )

  app.post<OfOne & { Body: Body }>(
    `${path}/:conversation`,
    {
      schema: {
        tags,
        summary: 'Change a classic conversation; one that is closed stays so',
        params: OneParams,
        body: ConversationBody,
        response: withErrors({ 200: ConversationSchema }, 409),
      },
    },
    async (request) => {
      const fields = conversationFields(request.body)
      const row = await updateClassicConversation(conversations.commands, requestOf(request), request.params, fields)
      return presentClassicConversation(viewerOf(request, context), row)
    },
  )

  app.delete<OfOne>(
    `${path}/:conversation`,
    {
      schema: {
        tags,
        summary: 'Delete a classic conversation with its participants and messages',
        params: OneParams,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await deleteClassicConversation(conversations.commands, requestOf(request), request.params)
      return reply.status(204).send()
    },
  )
}
