import type { FastifyRequest } from 'fastify'

/** `party` is an account's SID, or a carrier connection, and says whose credentials sign. */
export const networkPath = '/skein/v1/Voice/:party'

/** Of a parameter that comes more than once the last counts. */
export function queryOf(request: FastifyRequest): Record<string, string | undefined> {
  const given = Object.entries(request.query as Record<string, string | string[]>)
  return Object.fromEntries(given.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]))
}
