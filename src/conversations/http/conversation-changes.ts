import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { IdempotencyHeaders, idempotentRequest } from '../../accounts/idempotency-key.ts'
import { accepted, sendStored } from '../../http/accepted.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { createConversation } from '../commands/create-conversation.ts'
import { acceptDeletion } from '../commands/delete-conversation.ts'
import { type UpdateConversation, updateConversation } from '../commands/update-conversation.ts'
import type { ConversationView } from '../conversation-views.ts'
import { callbacksProblem, completeCallbacks } from '../domain/configuration.ts'
import type { Overrides } from '../domain/conversation.ts'
import type { StatusCallback } from '../domain/model.ts'
import type { OrchestratorSettings } from '../settings.ts'
import { type CreationBody, conversationBodies, type PatchBody, type ReplacementBody } from './bodies.ts'
import type { ConversationsContext } from './context.ts'
import { AcceptedSchema, operationUrl } from './operations.ts'
import { ConversationSchema, presentConversation } from './present.ts'

const path = '/v2/Conversations'
const tags = ['Conversations']
const Params = Type.Object({ id: Type.String() })

interface OfOne {
  Params: Static<typeof Params>
}

export function conversationChangeRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { limits, conversations } = context
  const { commands, settings } = conversations
  const bodies = conversationBodies(limits)
  const idOf = (request: FastifyRequest<OfOne>) => pathId('conversation', request.params.id, 'conversation')
  const asker = (request: FastifyRequest) => ({ account: request.principal.account, requestId: request.id })
  const present = async (request: FastifyRequest, view: ConversationView) => {
    const { account, accountSid } = request.principal
    return presentConversation(accountSid, view, await conversations.cache.know(context.store.read, account))
  }
  const update = async (request: FastifyRequest, input: UpdateConversation) =>
    present(request, await updateConversation(commands, asker(request), input))

  app.post<{ Body: CreationBody }>(
    path,
    {
      schema: {
        tags,
        summary: 'Create a conversation, with participants if wanted',
        body: bodies.creation,
        response: withErrors({ 201: ConversationSchema }, 409),
      },
    },
    async (request, reply) => {
      const { configurationId, name, participants, metadata, configuration } = request.body
      const unit = await createConversation(commands, asker(request as FastifyRequest), {
        configurationId,
        name: name ?? null,
        metadata: metadata ?? {},
        participants: participants ?? [],
        overrides: overridesOf(configuration ?? {}, settings),
      })
      return reply.status(201).send(await present(request as FastifyRequest, unit))
    },
  )

  app.put<OfOne & { Body: ReplacementBody }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Set the status of a conversation, and its name and metadata when given',
        params: Params,
        body: bodies.replacement,
        response: withErrors({ 200: ConversationSchema }),
      },
    },
    (request) => {
      const { status, name, metadata } = request.body
      return update(request as FastifyRequest, {
        conversationId: idOf(request as FastifyRequest<OfOne>),
        status,
        ...(name === undefined ? {} : { name }),
        ...(metadata == null ? {} : { metadata: { mode: 'REPLACE', entries: metadata } }),
      })
    },
  )

  app.patch<OfOne & { Body: PatchBody }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Change name, status, metadata or callbacks of a conversation',
        params: Params,
        body: bodies.patch,
        response: withErrors({ 200: ConversationSchema }),
      },
    },
    (request) => {
      const { status, name, metadata, configuration } = request.body
      const statusCallbacks = configuration?.statusCallbacks
      if (statusCallbacks) checkCallbacks(statusCallbacks, settings)
      return update(request as FastifyRequest, {
        conversationId: idOf(request as FastifyRequest<OfOne>),
        ...(status === undefined ? {} : { status }),
        ...(name === undefined ? {} : { name }),
        ...(metadata == null ? {} : { metadata: { mode: 'MERGE', entries: metadata } }),
        ...(statusCallbacks === undefined
          ? {}
          : {
              statusCallbacks: statusCallbacks === null ? null : completeCallbacks(statusCallbacks as StatusCallback[]),
            }),
      })
    },
  )

  app.delete<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Delete a conversation with all that is in it',
        params: Params,
        headers: IdempotencyHeaders,
        response: withErrors({ 202: AcceptedSchema }, 409),
      },
    },
    async (request, reply) => {
      const conversationId = idOf(request as FastifyRequest<OfOne>)
      const operationId = newId()
      const url = operationUrl(request as FastifyRequest, context.configuredUrl, operationId)
      const answer = await acceptDeletion(commands, asker(request as FastifyRequest), {
        conversationId,
        operationId,
        idempotency: idempotentRequest(request as FastifyRequest),
        answer: () =>
          accepted(url, wireId('conversationsOperation', operationId), {
            related: { conversationId: wireId('conversation', conversationId) },
          }),
      })
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )
}

type GivenOverrides = NonNullable<CreationBody['configuration']>

function overridesOf(given: GivenOverrides, settings: OrchestratorSettings): Overrides {
  const { statusCallbacks, ...others } = given
  if (statusCallbacks) checkCallbacks(statusCallbacks, settings)
  const kept = Object.entries(others).filter(([, value]) => value != null)
  const callbacks = statusCallbacks ? { statusCallbacks: completeCallbacks(statusCallbacks as StatusCallback[]) } : {}
  return { ...(Object.fromEntries(kept) as Overrides), ...callbacks }
}

function checkCallbacks(
  callbacks: NonNullable<GivenOverrides['statusCallbacks']>,
  settings: OrchestratorSettings,
): void {
  const problem = callbacksProblem(callbacks as StatusCallback[], 'configuration.statusCallbacks', settings)
  if (problem) throw invalid(problem.path, problem.message)
}
