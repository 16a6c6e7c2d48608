import type { FastifyInstance } from 'fastify'
import { configurationRoutes } from './configurations.ts'
import type { IntelligenceContext } from './context.ts'
import { operatorRoutes } from './operators.ts'

export type { IntelligenceContext }

/** Every route of the Intelligence v3 API that there is. */
export function intelligenceRoutes(app: FastifyInstance, context: IntelligenceContext): void {
  configurationRoutes(app, context)
  operatorRoutes(app, context)
}
