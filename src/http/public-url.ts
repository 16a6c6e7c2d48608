import type { FastifyRequest } from 'fastify'

/**
 * The prefix under which the caller reaches this server, for `statusUrl`, `Location` and `more_info`: what a trusted proxy forwarded,
 * else the configured public URL, else the host that the request itself named.
 */
export function publicUrl(request: FastifyRequest, configured: string | undefined): string {
  const forwarded = request.host !== request.headers.host
  if (configured !== undefined && !forwarded) return configured
  return `${request.protocol}://${request.host}`
}
