import type { FastifyInstance } from 'fastify'
import type { EventsContext } from './context.ts'
import { deliveryRoutes } from './deliveries.ts'
import { targetRoutes } from './targets.ts'

/** Extensions for whoever looks after webhooks: where they go, what became of each, and sending again. */
export function eventsRoutes(app: FastifyInstance, context: EventsContext): void {
  deliveryRoutes(app, context)
  targetRoutes(app, context)
}
