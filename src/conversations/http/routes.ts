import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'
import type { Conversations } from '../conversations.ts'
import { communicationChangeRoutes } from './communication-changes.ts'
import { configurationRoutes } from './configurations.ts'
import { conversationChangeRoutes } from './conversation-changes.ts'
import { operationRoutes } from './operations.ts'
import { ownedAddressRoutes } from './owned-addresses.ts'
import { participantChangeRoutes } from './participant-changes.ts'
import { trafficRoutes } from './traffic.ts'

export interface ConversationsContext extends RouteContext {
  conversations: Conversations
}

/** Every route of the orchestrator: the published Conversations v2 API and our extensions beside it. */
export function conversationsRoutes(app: FastifyInstance, context: ConversationsContext): void {
  configurationRoutes(app, context)
  operationRoutes(app, context)
  ownedAddressRoutes(app, context)
  conversationChangeRoutes(app, context)
  participantChangeRoutes(app, context)
  communicationChangeRoutes(app, context)
  trafficRoutes(app, context)
}
