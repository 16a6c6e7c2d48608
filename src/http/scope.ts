import type { FastifyInstance } from 'fastify'

/**
 * Routes with hooks and parsers of their own, which end with them. The name is given because Fastify would look for it among
 * all modules that are loaded.
 */
export function openScope(app: FastifyInstance, name: string, routes: (scope: FastifyInstance) => Promise<void>) {
  return app.register(Object.assign(routes, { [Symbol.for('fastify.display-name')]: name }))
}
