import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'
import type { Carriers } from '../carriers.ts'
import { mediaRoutes } from './media.ts'

export interface CarriersContext extends RouteContext {
  carriers: Carriers
}

/** What clients of this server call. */
export function carriersRoutes(app: FastifyInstance, context: CarriersContext): void {
  mediaRoutes(app, context)
}

/** What networks call: outside of authentication, since each carrier checks signatures of its own. */
export function carrierWebhooks(app: FastifyInstance, { carriers }: CarriersContext): void {
  for (const carrier of carriers.all) carrier.webhooks?.(app)
}
