import type { FastifyInstance } from 'fastify'
import type { Conversations } from '../../conversations/conversations.ts'
import { accountsScope } from '../../http/accounts-scope.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Carriers } from '../carriers.ts'
import type { VirtualNetwork } from '../virtual-network.ts'
import { actionRoutes } from './actions.ts'
import { handsetRoutes } from './handsets.ts'
import { mediaRoutes } from './media.ts'
import { messageRoutes } from './messages.ts'
import { numberRoutes } from './numbers.ts'

export interface CarriersContext extends RouteContext {
  conversations: Conversations

  carriers: Carriers
  /** The default carrier, whose numbers and messages are this server's own. */
  virtual: VirtualNetwork
  /** Whether numbers may name private hosts and plain http. */
  allowPrivateCallbacks: boolean
}

/** What clients of this server call. */
export function carriersRoutes(app: FastifyInstance, context: CarriersContext): void {
  accountsScope(app, (scope) => {
    numberRoutes(scope, context)
    messageRoutes(scope, context)
  })
  handsetRoutes(app, context)
  actionRoutes(app, context)
  mediaRoutes(app, context)
}

/** What networks call: outside of authentication, since each carrier checks signatures of its own. */
export function carrierWebhooks(app: FastifyInstance, { carriers }: CarriersContext): void {
  for (const carrier of carriers.all) carrier.webhooks?.(app)
}
