import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, type FailureKind } from '../kernel/failure.ts'
import { newSid } from '../kernel/ids.ts'
import { publicUrl } from './public-url.ts'
import { shapeKeyword } from './schemas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The code of a request that does not match the route's schema, where an API has its own. */
    invalidCode?: number
  }
}

/** The body of every refusal: the union of the two forms that published clients read. */
export interface ErrorBody {
  code: number
  message: string
  more_info: string
  status: number
  httpStatusCode: number
  userError: boolean
  params: Record<string, unknown>
}

interface Answer {
  status: number
  code: number
  message: string
  params?: Record<string, unknown>
  headers?: Record<string, string>
}

const answers: Record<FailureKind, { status: number; code: number }> = {
  invalid: { status: 400, code: 20001 },
  unauthorized: { status: 401, code: 20003 },
  forbidden: { status: 403, code: 20003 },
  not_found: { status: 404, code: 20404 },
  conflict: { status: 409, code: 20409 },
  precondition: { status: 412, code: 20412 },
  limit: { status: 400, code: 20001 },
  unprocessable: { status: 422, code: 20422 },
  busy: { status: 429, code: 20429 },
  unavailable: { status: 503, code: 20503 },
}

/** Codes of ours explain themselves on this server; the others in the vendor's error dictionary, which clients link to. */
const ownCodes = { from: 530900, to: 530999 }

/** `base`: the prefix under which the caller reaches this server. */
function errorBody({ status, code, message, params = {} }: Answer, base: string): ErrorBody {
  const own = code >= ownCodes.from && code <= ownCodes.to
  const more_info = own ? `${base}/console/errors/${code}` : `https://www.twilio.com/docs/errors/${code}`
  return { code, message, more_info, status, httpStatusCode: status, userError: status < 500, params }
}

/** Gives every error and every unknown route its body, and logs only what is a bug or an outage. */
export function installErrorHandling(app: FastifyInstance, configuredUrl?: string): void {
  const send = (request: FastifyRequest, reply: FastifyReply, answer: Answer) =>
    sendAnswer(reply, answer, publicUrl(request, configuredUrl))
  app.setErrorHandler((error: FastifyError | Failure, request, reply) => {
    const answer = answerTo(error, request.routeOptions.config?.invalidCode)
    // Asked by a script of a page, a browser would put up a dialog of its own instead of handing the refusal on.
    if (request.headers['sec-fetch-dest'] === 'empty') delete answer.headers?.['www-authenticate']
    if (answer.status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed')
    return send(request, reply, answer)
  })
  app.setNotFoundHandler((request, reply) => send(request, reply, unknownRoute(request)))
}

/** For what Fastify refuses before any hook runs, such as a URL that cannot be decoded. */
export function sendFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendAnswer(reply.header('twilio-request-id', request.id), answerTo(error), publicUrl(request, undefined))
}

const unreadable: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request, or its URL, are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not arrive in time.' },
}

/** Answers what never became a request: broken framing, headers that are too large. The connection can not go on after it. */
export function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const known = unreadable[error.code] ?? { status: 400, message: 'This is not a request in valid HTTP.' }
    const body = JSON.stringify(errorBody({ ...known, code: answers.invalid.code }, ''))
    const lines = [
      `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status]}`,
      `twilio-request-id: ${newSid('RQ')}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroy(error)
}

function sendAnswer(reply: FastifyReply, answer: Answer, base: string): FastifyReply {
  if (answer.headers) reply.headers(answer.headers)
  return reply
    .status(answer.status)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(errorBody(answer, base))
}

function answerTo(error: FastifyError | Failure, invalidCode = answers.invalid.code): Answer {
  if (error instanceof Failure) return answerToFailure(error)
  if (error.validation) return answerToValidation(error, invalidCode)
  const status = error.statusCode ?? 500
  if (status === 429) return { status, code: 20429, message: error.message }
  if (status === 415)
    return { status, code: 20422, message: 'The body must be JSON: send Content-Type: application/json.' }
  if (status === 414) return { status, code: 20001, message: 'A part of the path is too long.' }
  if (status === 413) return { status, code: 20001, message: 'The request body is too large.' }
  if (status >= 400 && status < 500) return { status, code: 20001, message: messageOf(error) }
  return { status: 500, code: 20500, message: 'Internal error. It has been logged under this request id.' }
}

function answerToFailure({ kind, message, details }: Failure): Answer {
  const { status, code } = answers[kind]
  const headers: Record<string, string> = {}
  if (details.conflictingResourceId) headers['x-conflicting-resource-id'] = details.conflictingResourceId
  if (details.retryAfterSeconds) headers['retry-after'] = String(details.retryAfterSeconds)
  if (kind === 'unauthorized') headers['www-authenticate'] = 'Basic realm="Skein", charset="UTF-8"'
  const params = { ...(details.field === undefined ? {} : { field: details.field }), ...details.params }
  return { status, code: details.code ?? code, message, params, headers }
}

function answerToValidation(error: FastifyError, code: number): Answer {
  const problems = error.validation ?? []
  const first = problems.find(({ keyword }) => keyword !== 'anyOf' && keyword !== 'if') ?? problems[0]
  const missing = first?.params.missingProperty
  const surplus = first?.params.additionalProperty
  const key = missing ?? surplus
  const path = [...(first?.instancePath ?? '').split('/').slice(1), ...(key ? [String(key)] : [])]
  const field = fieldPath(path)
  const where = field === '' ? (error.validationContext ?? 'body') : field
  const what = missing
    ? 'is required'
    : surplus
      ? 'is not allowed here'
      : (shapeOf(first) ?? first?.message ?? 'is not valid')
  return { status: 400, code, message: `${where} ${what}${allowedOf(first?.params)}`, params: { field: where } }
}

/** The words for a pattern that was not met, where its schema has any. */
function shapeOf(problem: { keyword: string; parentSchema?: Record<string, unknown> } | undefined): string | undefined {
  const shape = problem?.keyword === 'pattern' ? problem.parentSchema?.[shapeKeyword] : undefined
  return typeof shape === 'string' ? shape : undefined
}

/** `a/0/b` as people write it: `a[0].b`. */
function fieldPath(parts: string[]): string {
  return parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '')
}

function allowedOf(params: Record<string, unknown> | undefined): string {
  const allowed = params?.allowedValues
  return Array.isArray(allowed) ? `: ${allowed.filter((value) => value !== null).join(', ')}` : ''
}

function messageOf(error: FastifyError): string {
  return error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
    ? 'The body is not valid JSON.'
    : error.message
}

function unknownRoute(request: FastifyRequest): Answer {
  const path = request.url.split('?')[0] ?? ''
  return { status: 404, code: 20404, message: `There is nothing at ${request.method} ${path.slice(0, 200)}.` }
}
