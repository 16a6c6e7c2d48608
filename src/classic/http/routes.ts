import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Conversations } from '../../conversations/conversations.ts'
import type { RouteContext } from '../../http/context.ts'
import { acceptForms } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { classicConversationRoutes } from './conversations.ts'
import { classicMessageRoutes } from './messages.ts'
import { classicParticipantRoutes } from './participants.ts'
import type { Viewer } from './present.ts'
import { roleRoutes, serviceRoutes } from './services.ts'

export interface ClassicContext extends RouteContext {
  conversations: Conversations
}

export const tags = ['Classic']

/** The published Conversations v1 API under `/v1/Services`, as far as applications of a bridged service need it. */
export function classicRoutes(app: FastifyInstance, context: ClassicContext): void {
  app.register(async (classic) => {
    acceptForms(classic)
    serviceRoutes(classic, context)
    roleRoutes(classic, context)
    classicConversationRoutes(classic, context)
    classicParticipantRoutes(classic, context)
    classicMessageRoutes(classic, context)
  })
}

export function viewerOf(request: FastifyRequest, { configuredUrl }: ClassicContext): Viewer {
  return { accountSid: request.principal.accountSid, base: publicUrl(request, configuredUrl) }
}
