import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { TrafficResult } from '../../conversations/commands/traffic-result.ts'
import type { IgnoredInput } from '../../events/ignored-input.ts'
import { readForm } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { withErrors } from '../../http/schemas.ts'
import { openScope } from '../../http/scope.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { parseWireId } from '../../kernel/ids.ts'
import type { ObservedMessage } from '../domain/message.ts'
import type { MessageTraffic } from '../message-traffic.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { Receipts } from './receipts.ts'

export interface WebhookContext {
  connections: Connections
  receipts: Receipts
  traffic: MessageTraffic
  clock: Clock
  ignored: IgnoredInput
  configuredUrl: string | undefined
}

interface Refusal {
  code: number
  message: string
}

/** Why a webhook was refused, for the debugger. Codes are explained in docs/errors.md. */
export const refusals = {
  forged: { code: 530940, message: 'A carrier’s webhook was not signed as it should be, so nothing of it was taken.' },
  replayed: { code: 530941, message: 'A carrier’s webhook came once more after it had been answered.' },
  foreign: { code: 530942, message: 'A carrier’s webhook speaks of another account than the one that is connected.' },
} as const

/** One request of a network, as it came. */
export interface WebhookCall<C extends Connection> {
  connection: C
  /** Under which request what it brings is known. */
  cause: { account: number; requestId: string }
  request: FastifyRequest
  raw: Buffer
  /** As the network knows it: what it signed. */
  url: string
}

/** What the network is answered. */
export interface WebhookAnswer {
  status: number
  body: string
  type: string
  /** Where an application was asked or told, which must not happen again. */
  isAnswerOfApplication?: boolean
}

/** What a request says, or why nothing of it is taken. */
export type Opened<T> = { content: T } | { refused: Refusal; detail: string }

interface Route<C extends Connection> {
  method: 'GET' | 'POST'
  /** Behind the connection's own path. */
  name: string
  carrier: C['carrier']
  summary: string
  handle: (call: WebhookCall<C>, reply: FastifyReply) => Promise<WebhookAnswer>
}

interface SignedRoute<C extends Connection, T> extends Pick<Route<C>, 'name' | 'carrier' | 'summary'> {
  /** The header with the signature, in small letters: what is signed the same is the same request. */
  signature: 'x-twilio-signature' | 'x-hub-signature-256'
  /** Checks the signature before it reads, and whose traffic it is. Throws when what is signed makes no sense. */
  open: (call: WebhookCall<C>) => Opened<T>
  handle: (call: WebhookCall<C>, content: T) => Promise<WebhookAnswer>
}

const Params = Type.Object({ id: Type.String() })

/** The bodies of these routes are bytes: signatures are over those, and are checked before anything is read. */
export function webhookScope(app: FastifyInstance, routes: (scope: FastifyInstance) => void): void {
  openScope(app, 'carrier webhooks', async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes))
    routes(scope)
  })
}

export function webhookRoute<C extends Connection>(
  scope: FastifyInstance,
  { connections, configuredUrl }: WebhookContext,
  { method, name, carrier, summary, handle }: Route<C>,
): void {
  scope.route<{ Params: { id: string } }>({
    method,
    url: `/skein/v1/Carriers/:id/${name}`,
    schema: {
      tags: ['Carriers'],
      summary,
      security: [],
      params: Params,
      response: withErrors({ 200: Type.String() }, 403),
    },
    serializerCompiler: () => (text) => String(text),
    handler: async (request, reply) => {
      const id = parseWireId('carrierConnection', request.params.id)
      const connection = id === undefined ? undefined : await connections.ofAnybody(id)
      // Whoever cannot sign shall not learn which connections there are.
      if (connection?.carrier !== carrier) throw new Failure('forbidden', 'The signature does not hold.')
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const url = publicUrl(request, configuredUrl) + request.url
      const cause = { account: connection.account, requestId: request.id }
      const call = { connection: connection as C, cause, request, raw, url }
      const { status, body, type } = await handle(call, reply)
      return reply.status(status).header('content-type', type).send(body)
    },
  })
}

/**
 * A route that takes what is signed, once. What was answered with success and comes again is refused: its messages are
 * committed. Until the answer has gone out it may come again, for then the network has not had it.
 */
export function signedRoute<C extends Connection, T>(
  scope: FastifyInstance,
  context: WebhookContext,
  { signature, open, handle, ...route }: SignedRoute<C, T>,
): void {
  const { receipts, clock } = context
  webhookRoute<C>(scope, context, {
    ...route,
    method: 'POST',
    handle: async (call, reply) => {
      const opened = open(call)
      if ('refused' in opened) return refuse(context, call, opened.refused, opened.detail)
      const { account } = call.connection
      const digest = digestOf(call, signature)
      const now = await clock.now()
      if (await receipts.has(account, digest, now)) {
        return refuse(context, call, refusals.replayed, `Request ${call.request.id} is refused.`)
      }
      const answer = await handle(call, opened.content)
      if (answer.status >= 300) return answer
      if (answer.isAnswerOfApplication) await keepReceipt(receipts, { account, digest, now }, reply)
      else {
        reply.raw.once('finish', () => {
          if (!reply.raw.socket?.errored) receipts.note(account, digest, now)
        })
      }
      return answer
    },
  })
}

/**
 * An application cannot tell that it is asked again, so what it was asked is receipted before its answer goes out, and no crash
 * makes a replay of it. When the answer does not go out, the request may come again.
 */
async function keepReceipt(
  receipts: Receipts,
  { account, digest, now }: { account: number; digest: string; now: number },
  { raw }: FastifyReply,
): Promise<void> {
  if (raw.destroyed || raw.socket?.destroyed) return
  await receipts.keep(account, digest, now)
  let hasGoneOut = false
  const end = () => {
    if (!hasGoneOut) void receipts.withdraw(account, digest)
  }
  raw.once('finish', () => {
    hasGoneOut = !raw.socket?.errored
  })
  if (raw.destroyed || raw.socket?.destroyed) end()
  else raw.once('close', end)
}

/** Takes in what a webhook brings; the receipts of those before it go into the same commit. */
export function observe(
  { receipts, traffic }: Pick<WebhookContext, 'receipts' | 'traffic'>,
  cause: { account: number; requestId: string },
  messages: readonly ObservedMessage[],
): Promise<TrafficResult[]> {
  return receipts.carriedBy(cause.account, (beside) => traffic.observe(cause, messages, beside))
}

/** Counts the refusal for the debugger and answers 403. */
async function refuse(
  { ignored, clock }: WebhookContext,
  { cause }: WebhookCall<Connection>,
  { code, message }: Refusal,
  detail: string,
): Promise<never> {
  ignored.count({ ...cause, level: 'warning', code, message, channel: null }, await clock.now())
  throw new Failure('forbidden', `${message} ${detail}`, { code })
}

/** The form of a request; throws when it is none. */
export function formOf({
  request,
  raw,
}: Pick<WebhookCall<Connection>, 'request' | 'raw'>): Record<string, string | string[]> {
  const type = request.headers['content-type'] ?? ''
  if (raw.length > 0 && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalid('body', 'The body must be a form.')
  }
  return readForm(raw)
}

/** Undefined when it is no JSON. */
export function jsonOf({ raw }: Pick<WebhookCall<Connection>, 'raw'>): unknown {
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Of so many characters no two are the same by chance. */
const digestLength = 22

function digestOf({ connection, request }: WebhookCall<Connection>, header: string): string {
  return hash('sha256', `${connection.id} ${request.headers[header]}`, 'base64url').slice(0, digestLength)
}
