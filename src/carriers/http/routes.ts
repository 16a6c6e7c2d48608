import type { FastifyInstance } from 'fastify'
import { accountsScope } from '../../http/accounts-scope.ts'
import { actionRoutes } from './actions.ts'
import type { CarriersContext } from './context.ts'
import { handsetRoutes } from './handsets.ts'
import { mediaRoutes } from './media.ts'
import { messageRoutes } from './messages.ts'
import { numberRoutes } from './numbers.ts'

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
