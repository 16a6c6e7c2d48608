import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'
import type { Conversations } from '../conversations.ts'

export interface ConversationsContext extends RouteContext {
  conversations: Conversations
}

/** Every route of the orchestrator: the published Conversations v2 API and our extensions beside it. */
export function conversationsRoutes(_app: FastifyInstance, _context: ConversationsContext): void {}
