import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { IgnoredInput } from '../../events/ignored-input.ts'
import { readForm } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { withErrors } from '../../http/schemas.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { parseWireId } from '../../kernel/ids.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'

export interface WebhookContext {
  connections: Connections
  clock: Clock
  ignored: IgnoredInput
  configuredUrl: string | undefined
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
}

interface Route<C extends Connection> {
  method: 'GET' | 'POST'
  /** Behind the connection's own path. */
  name: string
  carrier: C['carrier']
  summary: string
  handle: (call: WebhookCall<C>) => Promise<WebhookAnswer>
}

const Params = Type.Object({ id: Type.String() })

/** The bodies of these routes are bytes: signatures are over those, and are checked before anything is read. */
export function webhookScope(app: FastifyInstance, routes: (scope: FastifyInstance) => void): void {
  app.register(async (scope) => {
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
      const { status, body, type } = await handle({ connection: connection as C, request, raw, url })
      return reply.status(status).header('content-type', type).send(body)
    },
  })
}

/** Counts the refusal for the debugger and answers 403. */
export async function refuse(
  { ignored, clock }: WebhookContext,
  { connection, request }: Pick<WebhookCall<Connection>, 'connection' | 'request'>,
  { code, message }: (typeof refusals)[keyof typeof refusals],
  detail: string,
): Promise<never> {
  const about = { account: connection.account, level: 'warning' as const, code, message, channel: null }
  ignored.count({ ...about, requestId: request.id }, await clock.now())
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

/** What makes two requests the same one. */
export function fingerprintOf({ url, raw }: Pick<WebhookCall<Connection>, 'url' | 'raw'>, signature: string): string {
  return createHash('sha256').update(url).update('\n').update(signature).update('\n').update(raw).digest('base64url')
}
