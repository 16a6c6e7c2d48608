import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { publicUrl } from '../../http/public-url.ts'
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
import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Operation, OperationError } from '../../operations/operation.ts'
import { findOperation } from '../../operations/steps.ts'
import type { ConversationsContext } from './context.ts'

const path = '/v2/ControlPlane/Operations'
const Params = Type.Object({ id: Type.String() })

/** The answer to a request that is carried out later. Its headers are Operation-Id, Location and Retry-After. */
export const AcceptedSchema = Type.Object(
  { statusUrl: Type.String({ format: 'uri' }), related: StringMap },
  { description: 'Accepted. Follow the operation at statusUrl, which is also in the header Location.' },
)

const Problem = Type.Object({
  type: Type.String({ format: 'uri' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Nullable(Type.String({ format: 'uri' })),
})

const OperationSchema = Type.Object({
  operationId: Type.String(),
  status: Words(['PENDING', 'COMPLETED', 'FAILED']),
  createdAt: DateTime,
  completedAt: NullableDateTime,
  statusUrl: Type.String({ format: 'uri' }),
  related: StringMap,
  error: Nullable(Problem),
  result: Type.Optional(Type.Object({ id: Type.String(), type: Words(['RESOURCE_ID']) })),
})

/** Where the caller can follow an operation of this API. */
export function operationUrl(request: FastifyRequest, configuredUrl: string | undefined, operationId: string): string {
  return `${publicUrl(request, configuredUrl)}${path}/${wireId('conversationsOperation', operationId)}`
}

export function operationRoutes(app: FastifyInstance, { store, configuredUrl }: ConversationsContext): void {
  app.get<{ Params: Static<typeof Params> }>(
    `${path}/:id`,
    {
      schema: {
        tags: ['Operations'],
        summary: 'Fetch an operation',
        params: Params,
        response: withErrors({ 200: OperationSchema }),
      },
    },
    async (request) => {
      const id = pathId('conversationsOperation', request.params.id, 'operation')
      const operation = await findOperation(store.read, request.principal.account, 'conversations', id)
      if (!operation) throw notFound(`There is no operation ${request.params.id}.`)
      return presentOperation(operation, operationUrl(request as FastifyRequest, configuredUrl, id))
    },
  )
}

function presentOperation(operation: Operation, statusUrl: string) {
  return {
    operationId: wireId('conversationsOperation', operation.id),
    status: operation.status,
    createdAt: wireDate(operation.createdAt),
    completedAt: wireDateOrNull(operation.completedAt),
    statusUrl,
    related: operation.related,
    error: operation.error === null ? null : presentError(operation.error),
    ...(operation.result === null ? {} : { result: operation.result }),
  }
}

/** Problem details, without a `code` of their own: the type names it. */
function presentError({ code, status, title, detail }: OperationError) {
  return { type: `https://www.twilio.com/docs/errors/${code}`, title, status, detail, instance: null }
}
