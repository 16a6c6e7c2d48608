import type { FastifyInstance } from 'fastify'
import type { AccountSecrets } from '../../accounts/secrets.ts'
import type { RouteContext } from '../../http/context.ts'
import type { SendCallback } from '../sending.ts'
import { deliveryRoutes } from './deliveries.ts'
import { targetRoutes } from './targets.ts'

export interface EventsContext extends RouteContext {
  secrets: AccountSecrets
  send: SendCallback
  /** Tells the loop that delivers that something is due. */
  pokeDeliveries: () => void
}

/** Extensions for whoever looks after webhooks: where they go, what became of each, and sending again. */
export function eventsRoutes(app: FastifyInstance, context: EventsContext): void {
  deliveryRoutes(app, context)
  targetRoutes(app, context)
}
