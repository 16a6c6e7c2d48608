import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { explainCommunication } from '../communication-traces.ts'
import type { ConversationsContext } from './context.ts'
import { presentTrace, TraceSchema } from './trace-present.ts'

const Params = Type.Object({ id: Type.String() })
const Explanation = Type.Object({ communicationId: Type.String(), conversationId: Type.String(), trace: TraceSchema })

/** Why a stored communication is where it is, told as the dry run of traffic tells it. */
export function communicationTraceRoutes(app: FastifyInstance, { store, conversations }: ConversationsContext): void {
  app.get<{ Params: Static<typeof Params> }>(
    '/skein/v1/Communications/:id/Trace',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Explain why a communication is in its conversation',
        params: Params,
        response: withErrors({ 200: Explanation }),
      },
    },
    async ({ principal: { account }, params }) => {
      const id = pathId('communication', params.id, 'communication')
      const explained = await explainCommunication({ read: store.read, cache: conversations.cache, account }, id)
      if (!explained) throw notFound(`There is no communication ${params.id}.`)
      return {
        communicationId: params.id,
        conversationId: wireId('conversation', explained.conversationId),
        trace: presentTrace(explained.trace),
      }
    },
  )
}
