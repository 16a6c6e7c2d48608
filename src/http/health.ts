import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import Type from 'typebox'
import { Failure } from '../kernel/failure.ts'
import type { Store } from '../store/store.ts'

const Status = Type.Object({ status: Type.Literal('ok') })

/** Routes for machines that watch the server; they need no credentials and tell nothing about any account. */
export function healthRoutes(app: FastifyInstance, store: Store, metrics: Registry): void {
  const tags = ['Server']
  app.get('/healthz', { schema: { tags, summary: 'The process lives', response: { 200: Status } } }, async () => ({
    status: 'ok',
  }))
  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'The process can serve: its database answers',
        response: { 200: Status, 503: Type.Ref('Error') },
      },
    },
    async () => {
      try {
        await store.ping()
      } catch (cause) {
        const failure = new Failure('unavailable', 'The database does not answer.', { retryAfterSeconds: 1 })
        failure.cause = cause
        throw failure
      }
      return { status: 'ok' }
    },
  )
  app.get('/metrics', { schema: { tags, summary: 'Metrics in the Prometheus text format' } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  )
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
