import type { FastifyInstance } from 'fastify'
import { acceptForms } from '../../http/forms.ts'
import { openScope } from '../../http/scope.ts'
import type { ClassicContext } from './context.ts'
import { classicConversationRoutes } from './conversations.ts'
import { classicMessageRoutes } from './messages.ts'
import { classicParticipantRoutes } from './participants.ts'
import { roleRoutes, serviceRoutes } from './services.ts'

/** The published Conversations v1 API under `/v1/Services`, as far as applications of a bridged service need it. */
export function classicRoutes(app: FastifyInstance, context: ClassicContext): void {
  openScope(app, 'classic', async (classic) => {
    acceptForms(classic)
    serviceRoutes(classic, context)
    roleRoutes(classic, context)
    classicConversationRoutes(classic, context)
    classicParticipantRoutes(classic, context)
    classicMessageRoutes(classic, context)
  })
}
