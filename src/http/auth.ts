import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { parseCookie } from 'cookie'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failure.ts'

/** Who sent a request. */
export interface Principal {
  account: number
  accountSid: string
  /** The API key that was used; undefined for the account's own token. */
  keySid?: string
}

/** A sign-in at the console. */
export interface Session {
  /** Wall time. */
  expiresAt: number
  /** What a request that changes something has to show beside the cookie, which a foreign page cannot know. */
  csrfToken: string
}

/** Answers undefined when the two do not belong together. */
export type Authenticate = (name: string, secret: string) => Promise<Principal | undefined>

/** Answers undefined when the session has ended. */
export type FindSession = (token: string) => Promise<{ principal: Principal; session: Session } | undefined>

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook before any handler of an API runs. */
    principal: Principal
    /** Set when the request came with the console's cookie rather than with credentials. */
    session?: Session
  }
}

export const sessionCookie = 'skein_session'
const csrfHeader = 'x-csrf-token'

/**
 * HTTP Basic with an account's SID and token, or an API key's SID and secret; else the cookie of a session, which alone
 * may only read.
 */
export function authenticationHook(authenticate: Authenticate, findSession: FindSession) {
  const seen = new SeenCredentials()
  return async (request: FastifyRequest): Promise<void> => {
    const token = request.headers.authorization === undefined ? sessionTokenOf(request) : undefined
    if (token !== undefined) return bySession(request, await findSession(token))
    const { name, secret } = seen.of(request)
    const principal = await authenticate(name, secret)
    if (!principal) throw refused(name)
    request.principal = principal
  }
}

/** What the cookie of the console holds; undefined without one. */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers
  return cookie === undefined ? undefined : parseCookie(cookie)[sessionCookie] || undefined
}

function bySession(request: FastifyRequest, found: Awaited<ReturnType<FindSession>>): void {
  if (!found) throw new Failure('unauthorized', 'The session has ended. Sign in again.')
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isSame(request.headers[csrfHeader], found.session)) {
    throw new Failure(
      'forbidden',
      `A request by session that changes something needs the ${csrfHeader} of the session.`,
    )
  }
  request.principal = found.principal
  request.session = found.session
}

function isSame(given: string | string[] | undefined, { csrfToken }: Session): boolean {
  const [one, other] = [Buffer.from(String(given)), Buffer.from(csrfToken)]
  return one.length === other.length && timingSafeEqual(one, other)
}

interface Credentials {
  name: string
  secret: string
}

/** What the last request of each connection came with, as a client says the same with each: read once, checked every time. */
class SeenCredentials {
  readonly #last = new WeakMap<Socket, Credentials & { header: string }>()

  of({ headers, raw: { socket } }: FastifyRequest): Credentials {
    const header = headers.authorization
    const last = this.#last.get(socket)
    if (last !== undefined && last.header === header) return last
    const read = credentialsOf(header)
    if (header !== undefined) this.#last.set(socket, { ...read, header })
    return read
  }
}

function credentialsOf(header: string | undefined): Credentials {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1]
  if (!encoded) {
    throw new Failure(
      'unauthorized',
      'Authenticate with HTTP Basic: API key SID and secret, or account SID and auth token.',
    )
  }
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0)
    throw new Failure('unauthorized', 'The Basic credentials have no colon between user name and password.')
  return { name: decoded.slice(0, colon), secret: decoded.slice(colon + 1) }
}

/** One sentence for both reasons of a refusal: what the user name looks like, never what is wrong with the password. */
export function refused(name: string): Failure {
  const shaped = /^(AC|SK)[0-9a-fA-F]{32}$/.test(name)
  return new Failure(
    'unauthorized',
    shaped
      ? `${name.startsWith('AC') ? 'Account SID and auth token' : 'API key SID and secret'} do not belong together.`
      : 'The user name must be an account SID (AC and 32 hexadecimal digits) or an API key SID (SK and 32 hexadecimal digits).',
  )
}
