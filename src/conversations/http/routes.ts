import type { FastifyInstance } from 'fastify'
import { debuggerRoutes } from '../../events/http/debugger.ts'
import { explainCode } from '../domain/diagnostics.ts'
import { closingRoutes } from './closings.ts'
import { communicationChangeRoutes } from './communication-changes.ts'
import { communicationTraceRoutes } from './communication-trace.ts'
import { communicationRoutes } from './communications.ts'
import { configurationVersionRoutes } from './configuration-versions.ts'
import { configurationRoutes } from './configurations.ts'
import type { ConversationsContext } from './context.ts'
import { conversationChangeRoutes } from './conversation-changes.ts'
import { conversationRoutes } from './conversations.ts'
import { diagnosisRoutes } from './diagnosis.ts'
import { operationRoutes } from './operations.ts'
import { ownedAddressRoutes } from './owned-addresses.ts'
import { participantChangeRoutes } from './participant-changes.ts'
import { participantRoutes } from './participants.ts'
import { searchRoutes } from './search.ts'
import { statisticsRoutes } from './statistics.ts'
import { stuckRoutes } from './stuck.ts'
import { timelineRoutes } from './timeline.ts'
import { trafficRoutes } from './traffic.ts'
import { turnRoutes } from './turns.ts'

/** Every route of the orchestrator: the published Conversations v2 API and our extensions beside it. */
export function conversationsRoutes(app: FastifyInstance, context: ConversationsContext): void {
  configurationRoutes(app, context)
  configurationVersionRoutes(app, context)
  closingRoutes(app, context)
  operationRoutes(app, context)
  ownedAddressRoutes(app, context)
  conversationRoutes(app, context)
  conversationChangeRoutes(app, context)
  participantRoutes(app, context)
  participantChangeRoutes(app, context)
  communicationRoutes(app, context)
  communicationChangeRoutes(app, context)
  trafficRoutes(app, context)
  searchRoutes(app, context)
  statisticsRoutes(app, context)
  stuckRoutes(app, context)
  timelineRoutes(app, context)
  communicationTraceRoutes(app, context)
  turnRoutes(app, context)
  diagnosisRoutes(app, context)
  app.addHook('onClose', async () => {
    const now = await context.clock.now()
    await context.conversations.ignored.flush(now)
    await context.tallies.flush(now)
  })
  debuggerRoutes(app, { ...context, explain: explainCode })
}
