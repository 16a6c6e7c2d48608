import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { Words, withErrors } from '../../http/schemas.ts'
import { deleteMessage, postMessage, updateMessage } from '../commands/messages.ts'
import { requireConversation, requireMessage } from '../finding.ts'
import { messagesAfter, messagesBefore } from '../message-rows.ts'
import { attributesOf, MessageBody, NewMessageBody } from './bodies.ts'
import { type ClassicContext, tags, viewerOf } from './context.ts'
import { ClassicMeta, ClassicQuery, classicPage } from './paging.ts'
import { MessageSchema, presentClassicMessage } from './present.ts'

const Params = Type.Object({ service: Type.String(), conversation: Type.String() })
const OneParams = Type.Object({ ...Params.properties, message: Type.String() })
const Query = Type.Object({ ...ClassicQuery.properties, Order: Type.Optional(Words(['asc', 'desc'])) })
type OfAll = { Params: Static<typeof Params> }
type OfOne = { Params: Static<typeof OneParams> }

const path = '/v1/Services/:service/Conversations/:conversation/Messages'
/** Who speaks where nobody is named. */
const nobody = 'system'

export function classicMessageRoutes(app: FastifyInstance, context: ClassicContext): void {
  const { store, conversations } = context
  const requestOf = ({ principal, id }: FastifyRequest) => ({ account: principal.account, requestId: id })

  app.post<OfAll & { Body: Static<typeof NewMessageBody> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Write a message; in a bridged service it is a communication at once',
        params: Params,
        body: NewMessageBody,
        response: withErrors({ 201: MessageSchema }),
      },
    },
    async (request, reply) => {
      const { body, params } = request
      const row = await postMessage(conversations.commands, requestOf(request), params, {
        author: body.Author ?? nobody,
        body: body.Body,
        ...attributesOf(body),
        ...(body.DateCreated === undefined ? {} : { occurredAt: Date.parse(body.DateCreated) }),
      })
      return reply.status(201).send(presentClassicMessage(viewerOf(request, context), params.service, row))
    },
  )

  app.get<OfAll & { Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the messages of a classic conversation by their index',
        params: Params,
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: ClassicMeta, messages: Type.Array(MessageSchema) }) }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { sid: conversationSid, service_sid } = await requireConversation(store.read, account, request.params)
      const { Order = 'asc' } = request.query
      const { rows, meta } = await classicPage(request, context.configuredUrl, {
        key: 'messages',
        parameters: request.query.Order === undefined ? {} : { Order },
        read: (direction, at, limit) =>
          (direction === 'next') === (Order === 'asc')
            ? store.read.all(messagesAfter, { account, conversationSid, after: Number(at ?? -1), limit })
            : store.read.all(messagesBefore, { account, conversationSid, after: Number(at ?? lastPlace), limit }),
        positionOf: ({ place }) => place,
      })
      const viewer = viewerOf(request, context)
      return { meta, messages: rows.map((row) => presentClassicMessage(viewer, service_sid, row)) }
    },
  )

  app.get<OfOne>(
    `${path}/:message`,
    {
      schema: {
        tags,
        summary: 'Fetch a message of a classic conversation',
        params: OneParams,
        response: withErrors({ 200: MessageSchema }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const conversation = await requireConversation(store.read, account, request.params)
      const row = await requireMessage(store.read, account, conversation, request.params.message)
      return presentClassicMessage(viewerOf(request, context), conversation.service_sid, row)
    },
  )

  app.post<OfOne & { Body: Static<typeof MessageBody> }>(
    `${path}/:message`,
    {
      schema: {
        tags,
        summary: 'Change a message, and the communication that it is',
        params: OneParams,
        body: MessageBody,
        response: withErrors({ 200: MessageSchema }),
      },
    },
    async (request) => {
      const { body, params } = request
      const row = await updateMessage(conversations.commands, requestOf(request), params, {
        ...(body.Author === undefined ? {} : { author: body.Author }),
        ...(body.Body === undefined ? {} : { body: body.Body }),
        ...attributesOf(body),
      })
      return presentClassicMessage(viewerOf(request, context), params.service, row)
    },
  )

  app.delete<OfOne>(
    `${path}/:message`,
    {
      schema: {
        tags,
        summary: 'Delete a message of a classic conversation; the communication stays',
        params: OneParams,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await deleteMessage(conversations.commands, requestOf(request), request.params)
      return reply.status(204).send()
    },
  )
}

const lastPlace = Number.MAX_SAFE_INTEGER
