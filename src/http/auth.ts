import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failure.ts'

/** Who sent a request. */
export interface Principal {
  account: number
  accountSid: string
  /** The API key that was used; undefined for the account's own token. */
  keySid?: string
}

/** Answers undefined when the two do not belong together. */
export type Authenticate = (name: string, secret: string) => Promise<Principal | undefined>

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook before any handler of an API runs. */
    principal: Principal
  }
}

/** HTTP Basic with an account's SID and token, or an API key's SID and secret. */
export function authenticationHook(authenticate: Authenticate) {
  return async (request: FastifyRequest): Promise<void> => {
    const { name, secret } = credentialsOf(request.headers.authorization)
    const principal = await authenticate(name, secret)
    if (!principal) throw refused(name)
    request.principal = principal
  }
}

function credentialsOf(header: string | undefined): { name: string; secret: string } {
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

function refused(name: string): Failure {
  const shaped = /^(AC|SK)[0-9a-fA-F]{32}$/.test(name)
  return new Failure(
    'unauthorized',
    shaped
      ? `${name.startsWith('AC') ? 'Account SID and auth token' : 'API key SID and secret'} do not belong together.`
      : 'The user name must be an account SID (AC and 32 hexadecimal digits) or an API key SID (SK and 32 hexadecimal digits).',
  )
}
