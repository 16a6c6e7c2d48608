import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'
import type { Conversations } from '../conversations.ts'
import { configurationRoutes } from './configurations.ts'
import { operationRoutes } from './operations.ts'
import { ownedAddressRoutes } from './owned-addresses.ts'
import { trafficRoutes } from './traffic.ts'

export interface ConversationsContext extends RouteContext {
  conversations: Conversations
}

/** Every route of the orchestrator: the published Conversations v2 API and our extensions beside it. */
export function conversationsRoutes(app: FastifyInstance, context: ConversationsContext): void {
  configurationRoutes(app, context)
  operationRoutes(app, context)
  ownedAddressRoutes(app, context)
  trafficRoutes(app, context)
}
