import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { reportDiagnostic } from '../../events/report.ts'
import { acceptForms } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { maxFrameBytes } from '../domain/frames.ts'
import { rewriteTwiml } from '../domain/rewriting.ts'
import { readTranscriptionEvent } from '../domain/transcription-event.ts'
import { takeTranscription } from '../transcription-intake.ts'
import { type NetworkCaller, verifyNetwork } from './network-request.ts'
import type { VoiceContext } from './routes.ts'

/** As long as a participant's name may be. */
const maxLabel = 256

const prefix = '/skein/v1/Voice/:accountSid'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on the routes that the real network calls, once its signature has been checked. */
    caller: NetworkCaller
  }
}

/** What the real network calls. None of it knows an API key: each request is signed with the account's auth token. */
export function voiceWebhooks(app: FastifyInstance, context: VoiceContext): void {
  app.register(async (scope) => {
    acceptForms(scope)
    await scope.register(websocket, { options: { maxPayload: maxFrameBytes, perMessageDeflate: false } })
    scope.addHook('preHandler', async (request) => {
      request.caller = await verifyNetwork(request, context)
    })
    transcriptionRoute(scope, context)
    webhookRoute(scope, context)
    relayRoute(scope, context)
  })
}

function transcriptionRoute(app: FastifyInstance, context: VoiceContext): void {
  app.post(`${prefix}/Transcriptions`, { schema: { hide: true } }, async (request, reply) => {
    const { caller } = request
    const query = queryOf(request)
    const event = readTranscriptionEvent(caller.params)
    if ('problem' in event) throw invalid(event.field, event.problem)
    const { from, to } = query
    if (!from) throw invalid('from', 'from is required in the query: the callback does not say who calls')
    if (!to) throw invalid('to', 'to is required in the query: the callback does not say who is called')
    await takeTranscription(context, caller.account, event, {
      from,
      to,
      isOutbound: query.direction === 'outbound',
      route: { configurationId: query.configurationId, conversationId: query.conversationId },
      agent: query.agent,
      labels: {
        ...(query.inboundLabel ? { inbound_track: query.inboundLabel.slice(0, maxLabel) } : {}),
        ...(query.outboundLabel ? { outbound_track: query.outboundLabel.slice(0, maxLabel) } : {}),
      },
      requestId: request.id,
    })
    const { forward } = query
    if (forward) {
      const question = { account: caller.account, url: forward, method: 'POST' as const, params: caller.params }
      // What the application makes of it does not matter to the network.
      void context.applications.send({ ...question, token: newId(), requestId: request.id })
    }
    return reply.status(204).send()
  })
}

/** Asks the application what to do, and puts Skein in the way of what it says. */
function webhookRoute(app: FastifyInstance, context: VoiceContext): void {
  app.route({
    method: ['GET', 'POST'],
    url: `${prefix}/Webhook`,
    schema: { hide: true },
    handler: async (request, reply) => {
      const { account, accountSid, params } = request.caller
      const { url } = queryOf(request)
      if (!url) throw invalid('url', 'url is required in the query: it names the application')
      const { url: _, ...form } = params
      const method = request.method === 'GET' ? ('GET' as const) : ('POST' as const)
      const question = { account, url, method, params: form, token: newId(), requestId: request.id }
      const answer = await context.applications.send(question)
      if ('problem' in answer) {
        // The network then asks its own fallback.
        throw new Failure('unavailable', `The application gave no instructions: ${answer.problem.detail}.`)
      }
      const parsed = parseTwiml(answer.body)
      const { From: from = '', To: to = '', Direction = 'inbound' } = form
      const direction = Direction.startsWith('outbound') ? ('outbound' as const) : ('inbound' as const)
      const proxy = `${publicUrl(request, context.configuredUrl)}/skein/v1/Voice/${accountSid}`
      const body =
        'problem' in parsed
          ? answer.body
          : rewriteTwiml(answer.body, parsed.response, { prefix: proxy, base: url, from, to, direction })
      if ('problem' in parsed) {
        const at = await context.clock.now()
        const told = { level: 'error' as const, code: 12100, message: parsed.problem, requestId: request.id, at }
        await context.store.transact((tx) => reportDiagnostic(tx, account, told))
      }
      return reply
        .status(200)
        .type(answer.contentType || 'text/xml')
        .send(body)
    },
  })
}

function relayRoute(app: FastifyInstance, context: VoiceContext): void {
  app.get(`${prefix}/Relay`, { websocket: true, schema: { hide: true } }, (socket, request) => {
    const { url, configurationId, conversationId, greeting } = queryOf(request)
    const { account, authToken } = request.caller
    if (!url) return socket.close(1008, 'url is required in the query')
    context.relayProxies.begin(socket, {
      account,
      authToken,
      url,
      greeting: greeting ?? '',
      route: { conversationConfiguration: configurationId ?? null, conversationId: conversationId ?? null },
      requestId: request.id,
    })
  })
}

function queryOf(request: FastifyRequest): Record<string, string | undefined> {
  const given = Object.entries(request.query as Record<string, string | string[]>)
  return Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))
}
