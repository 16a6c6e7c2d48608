import type { FastifyRequest } from 'fastify'
import type { Conversations } from '../../conversations/conversations.ts'
import type { RouteContext } from '../../http/context.ts'
import { publicUrl } from '../../http/public-url.ts'
import type { Viewer } from './present.ts'

export interface ClassicContext extends RouteContext {
  conversations: Conversations
}

export const tags = ['Classic']

export function viewerOf(request: FastifyRequest, { configuredUrl }: ClassicContext): Viewer {
  return { accountSid: request.principal.accountSid, base: publicUrl(request, configuredUrl) }
}
