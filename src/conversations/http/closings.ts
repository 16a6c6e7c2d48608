import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { IdempotencyHeaders, idempotentRequest } from '../../accounts/idempotency-key.ts'
import { sendStored } from '../../http/accepted.ts'
import { pathId } from '../../http/path-id.ts'
import {
  DateTime,
  Nullable,
  NullableDateTime,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { countOpenOf, latestClosing } from '../closings.ts'
import { acceptClosing } from '../commands/close-conversations.ts'
import { findConfiguration } from '../configurations.ts'
import type { ConversationsContext } from './context.ts'
import { AcceptedSchema, operationUrl } from './operations.ts'

const path = '/skein/v1/Configurations/:id/Closing'
const Params = Type.Object({ id: Type.String() })

const ClosingSchema = Type.Object({
  configurationId: Type.String(),
  open: Type.Integer({ description: 'Conversations of the configuration that are open now.' }),
  openIsCapped: Type.Boolean({ description: 'Whether there are more than were counted.' }),
  latest: Nullable(
    Type.Object({
      operationId: Type.String(),
      status: Words(['PENDING', 'COMPLETED', 'FAILED']),
      total: Type.Integer({ description: 'Those that were open when it was accepted.' }),
      closed: Type.Integer({ description: 'Those of them that it has closed so far.' }),
      createdAt: DateTime,
      completedAt: NullableDateTime,
    }),
  ),
})

/** Closing all conversations of a configuration, as one has to before another takes its place. */
export function closingRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { store, clock, configuredUrl } = context
  const tags = ['Skein']

  app.post<{ Params: Static<typeof Params> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Close every open conversation of a configuration, in the background',
        params: Params,
        headers: IdempotencyHeaders,
        response: withErrors({ 202: AcceptedSchema }),
      },
    },
    async (request, reply) => {
      const operationId = newId()
      const answer = await acceptClosing(store, {
        account: request.principal.account,
        configurationId: pathId('configuration', request.params.id, 'configuration'),
        operationId,
        statusUrl: operationUrl(request as FastifyRequest, configuredUrl, operationId),
        requestId: request.id,
        idempotent: idempotentRequest(request as FastifyRequest),
        now: await clock.now(),
      })
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )

  app.get<{ Params: Static<typeof Params> }>(
    path,
    {
      schema: {
        tags,
        summary: 'How many conversations of a configuration are open, and how far their closing is',
        params: Params,
        response: withErrors({ 200: ClosingSchema }),
      },
    },
    async ({ principal: { account }, params }) => {
      const id = pathId('configuration', params.id, 'configuration')
      if (!(await findConfiguration(store.read, account, id))) throw notFound(`There is no configuration ${params.id}.`)
      const { count, isCapped } = await countOpenOf(store.read, account, id)
      const latest = await latestClosing(store.read, account, id)
      return {
        configurationId: wireId('configuration', id),
        open: count,
        openIsCapped: isCapped,
        latest: latest ? present(latest) : null,
      }
    },
  )
}

function present({ operation, closing }: NonNullable<Awaited<ReturnType<typeof latestClosing>>>) {
  const { id, status, createdAt, completedAt } = operation
  return {
    operationId: wireId('conversationsOperation', id),
    status,
    total: closing.total,
    closed: closing.closed,
    createdAt: wireDate(createdAt),
    completedAt: wireDateOrNull(completedAt),
  }
}
