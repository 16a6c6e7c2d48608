import type { FastifyInstance } from 'fastify'
import { configurationRoutes } from './configurations.ts'
import type { IntelligenceContext } from './context.ts'
import { conversationRoutes } from './conversations.ts'
import { modelUsageRoutes } from './model-usage.ts'
import { operatorTestRoutes } from './operator-tests.ts'
import { operatorRoutes } from './operators.ts'
import { resultRoutes } from './results.ts'
import { ruleExecutionRoutes } from './rule-executions.ts'
import { ruleFilterRoutes } from './rule-filters.ts'

/** Every route of the Intelligence v3 API, and those of ours beside it. */
export function intelligenceRoutes(app: FastifyInstance, context: IntelligenceContext): void {
  configurationRoutes(app, context)
  operatorRoutes(app, context)
  resultRoutes(app, context)
  conversationRoutes(app, context)
  ruleExecutionRoutes(app, context)
  ruleFilterRoutes(app, context)
  operatorTestRoutes(app, context)
  modelUsageRoutes(app, context)
}
