import type { FastifyInstance } from 'fastify'
import { publicUrl } from '../../http/public-url.ts'
import { withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { findOperation } from '../../operations/steps.ts'
import type { MemoryContext } from './context.ts'
import { operationIdOf } from './path.ts'
import { presentOperation } from './present.ts'
import { OperationAnswer } from './schemas.ts'

export function operationRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.get<{ Params: { operationId: string } }>(
    '/v1/ControlPlane/Operations/:operationId',
    {
      schema: {
        tags: ['Memory operations'],
        summary: 'Fetch an operation',
        response: withErrors({ 200: OperationAnswer }),
      },
    },
    async (request, reply) => {
      const id = operationIdOf(request.params.operationId)
      const operation = await findOperation(context.store.read, request.principal.account, 'memory', id)
      if (!operation) throw notFound(`There is no operation ${request.params.operationId}.`)
      reply.header('operation-id', request.params.operationId)
      if (operation.status === 'PENDING') reply.header('retry-after', '1')
      return presentOperation(operation, publicUrl(request, context.configuredUrl))
    },
  )
}
