import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'
import type { Conversations } from '../conversations.ts'
import { trafficRoutes } from './traffic.ts'

export interface ConversationsContext extends RouteContext {
  conversations: Conversations
}

/** Every route of the orchestrator: the published Conversations v2 API and our extensions beside it. */
export function conversationsRoutes(app: FastifyInstance, context: ConversationsContext): void {
  trafficRoutes(app, context)
}
