import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { acceptForms } from '../../http/forms.ts'
import { openScope } from '../../http/scope.ts'
import { outlasting } from '../../store/outlasting.ts'
import { maxFrameBytes } from '../domain/frames.ts'
import type { VoiceContext } from './context.ts'
import { type NetworkCaller, noteAnswered, patience, verifyNetwork } from './network-caller.ts'
import { callStatusRoute } from './network-calls.ts'
import { relayRoute } from './network-relay.ts'
import { transcriptionRoute } from './network-transcriptions.ts'
import { webhookRoute } from './network-webhook.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on the routes that the real network calls, once its signature has been checked. */
    caller: NetworkCaller
  }
}

/** What the real network calls. None of it knows an API key: each request is signed, and taken once. */
export function voiceWebhooks(app: FastifyInstance, context: VoiceContext): void {
  openScope(app, 'voice webhooks', async (scope) => {
    acceptForms(scope)
    await scope.register(websocket, { options: { maxPayload: maxFrameBytes, perMessageDeflate: false } })
    scope.addHook('preHandler', async (request) => {
      request.caller = await outlasting(() => verifyNetwork(request, context), patience)
    })
    scope.addHook('onSend', async (request, reply) => {
      if (request.caller) await noteAnswered(request, reply, context)
    })
    transcriptionRoute(scope, context)
    webhookRoute(scope, context)
    relayRoute(scope, context)
    callStatusRoute(scope, context)
  })
}
