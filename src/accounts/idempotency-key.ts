import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Shaped } from '../http/schemas.ts'
import { fingerprintOf, type IdempotentRequest } from './idempotency.ts'

/** The header of requests that are safe to repeat, for the schema of their route. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Shaped('^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$', 'must be a UUID', {
      description: 'A UUID. The same key again, within 24 hours and with the same request, gets the same answer.',
    }),
  ),
})

/** What makes a request the same as an earlier one; undefined when the caller sent no key. */
export function idempotentRequest(request: FastifyRequest): IdempotentRequest | undefined {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return undefined
  const path = request.url.replace(/\?.*$/s, '').replace(/\/$/, '')
  return { key: key.toLowerCase(), fingerprint: fingerprintOf(request.method, path, request.body) }
}
