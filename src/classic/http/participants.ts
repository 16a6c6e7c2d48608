import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { withErrors } from '../../http/schemas.ts'
import {
  addClassicParticipant,
  type NewParticipant,
  type ParticipantFields,
  removeClassicParticipant,
  updateClassicParticipant,
} from '../commands/participants.ts'
import { requireConversation, requireParticipant } from '../finding.ts'
import { participantsAfter, participantsBefore } from '../participant-rows.ts'
import { attributesOf, NewParticipantBody, ParticipantBody } from './bodies.ts'
import { type ClassicContext, tags, viewerOf } from './context.ts'
import { ClassicMeta, ClassicQuery, classicPage, positionOfSid, sidAt } from './paging.ts'
import { ParticipantSchema, presentClassicParticipant } from './present.ts'

const Params = Type.Object({ service: Type.String(), conversation: Type.String() })
const OneParams = Type.Object({ ...Params.properties, participant: Type.String() })
type OfAll = { Params: Static<typeof Params> }
type OfOne = { Params: Static<typeof OneParams> }

const path = '/v1/Services/:service/Conversations/:conversation/Participants'

export function classicParticipantRoutes(app: FastifyInstance, context: ClassicContext): void {
  const { store, conversations } = context
  const requestOf = ({ principal, id }: FastifyRequest) => ({ account: principal.account, requestId: id })

  app.post<OfAll & { Body: Static<typeof NewParticipantBody> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Add a person by identity, or a phone by its binding',
        params: Params,
        body: NewParticipantBody,
        response: withErrors({ 201: ParticipantSchema }, 409),
      },
    },
    async (request, reply) => {
      const { service } = request.params
      const input = newParticipantOf(request.body)
      const row = await addClassicParticipant(conversations.commands, requestOf(request), request.params, input)
      return reply.status(201).send(presentClassicParticipant(viewerOf(request, context), service, row))
    },
  )

  app.get<OfAll>(
    path,
    {
      schema: {
        tags,
        summary: 'List the participants of a classic conversation, the first one first',
        params: Params,
        querystring: ClassicQuery,
        response: withErrors({ 200: Type.Object({ meta: ClassicMeta, participants: Type.Array(ParticipantSchema) }) }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { sid: conversationSid, service_sid } = await requireConversation(store.read, account, request.params)
      const { rows, meta } = await classicPage(request, context.configuredUrl, {
        key: 'participants',
        read: (direction, at, limit) =>
          direction === 'next'
            ? store.read.all(participantsAfter, { account, conversationSid, after: sidAt('MB', at, 'first'), limit })
            : store.read.all(participantsBefore, { account, conversationSid, after: sidAt('MB', at, 'last'), limit }),
        positionOf: ({ sid }) => positionOfSid(sid),
      })
      const viewer = viewerOf(request, context)
      return { meta, participants: rows.map((row) => presentClassicParticipant(viewer, service_sid, row)) }
    },
  )

  app.get<OfOne>(
    `${path}/:participant`,
    {
      schema: {
        tags,
        summary: 'Fetch a participant of a classic conversation',
        params: OneParams,
        response: withErrors({ 200: ParticipantSchema }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const conversation = await requireConversation(store.read, account, request.params)
      const row = await requireParticipant(store.read, account, conversation, request.params.participant)
      return presentClassicParticipant(viewerOf(request, context), conversation.service_sid, row)
    },
  )

  app.post<OfOne & { Body: Static<typeof ParticipantBody> }>(
    `${path}/:participant`,
    {
      schema: {
        tags,
        summary: 'Change what the application keeps with a participant',
        params: OneParams,
        body: ParticipantBody,
        response: withErrors({ 200: ParticipantSchema }),
      },
    },
    async (request) => {
      const fields = participantFields(request.body)
      const row = await updateClassicParticipant(conversations.commands, requestOf(request), request.params, fields)
      return presentClassicParticipant(viewerOf(request, context), request.params.service, row)
    },
  )

  app.delete<OfOne>(
    `${path}/:participant`,
    {
      schema: {
        tags,
        summary: 'Remove a participant, here and from the bridged conversation',
        params: OneParams,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await removeClassicParticipant(conversations.commands, requestOf(request), request.params)
      return reply.status(204).send()
    },
  )
}

function newParticipantOf(body: Static<typeof NewParticipantBody>): NewParticipant {
  const { Identity, RoleSid, 'MessagingBinding.Address': address, 'MessagingBinding.ProxyAddress': proxyAddress } = body
  return {
    ...(Identity === undefined ? {} : { identity: Identity }),
    ...(address === undefined ? {} : { address }),
    ...(proxyAddress === undefined ? {} : { proxyAddress }),
    ...(RoleSid === undefined ? {} : { roleSid: RoleSid }),
    ...attributesOf(body),
  }
}

function participantFields(body: Static<typeof ParticipantBody>): ParticipantFields {
  const { RoleSid, LastReadMessageIndex: index, LastReadTimestamp } = body
  return {
    ...(RoleSid === undefined ? {} : { roleSid: RoleSid }),
    ...(index === undefined ? {} : { lastReadIndex: /^\d+$/.test(index) ? Number(index) : null }),
    ...(LastReadTimestamp === undefined ? {} : { lastReadTimestamp: LastReadTimestamp }),
    ...attributesOf(body),
  }
}
