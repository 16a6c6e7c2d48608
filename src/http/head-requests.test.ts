import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type FastifyInstance, fastify } from 'fastify'
import { answerHeadRequests } from './head-requests.ts'

const paths = [
  '/text',
  '/json',
  '/bytes',
  '/nothing',
  '/stream',
  '/refused',
  '/broken',
  '/hooked',
  '/only-get',
  '/unknown',
]

test('HEAD is answered like GET without the body, and as Fastify would answer it', async () => {
  const ours = withRoutes(fastify({ exposeHeadRoutes: false }), answerHeadRequests)
  const fastifys = withRoutes(fastify(), () => {})
  for (const path of paths) {
    const answer = await headOf(ours, path)
    assert.deepEqual(answer, await headOf(fastifys, path), path)
    assert.equal(answer.body, '')
    const whole = await ours.inject({ url: path })
    if (path === '/only-get') assert.equal(answer.status, 404)
    else assert.equal(answer.status, whole.statusCode)
    if (path === '/text') assert.equal(answer.headers['content-length'], String(whole.rawPayload.length))
    assert.deepEqual(whole.rawPayload, (await fastifys.inject({ url: path })).rawPayload)
  }
  await Promise.all([ours.close(), fastifys.close()])
})

function withRoutes(app: FastifyInstance, prepare: (app: FastifyInstance) => void): FastifyInstance {
  prepare(app)
  app.get('/text', async () => 'Grüße vom Kiosk')
  app.get('/json', async () => ({ kiosk: 'am Hafen' }))
  app.get('/bytes', async (_request, reply) => reply.type('image/png').send(Buffer.from([1, 2, 3])))
  app.get('/nothing', async (_request, reply) => reply.code(204).send())
  app.get('/stream', async (_request, reply) => reply.send(Readable.from(['one', 'two'])))
  app.get('/refused', async (_request, reply) => reply.code(400).send({ field: 'kiosk' }))
  app.get('/broken', async () => {
    throw new Error('of the handler')
  })
  app.get('/hooked', { onSend: async (_request, _reply, payload) => `${payload}, hooked` }, async () => 'text')
  app.get('/only-get', { exposeHeadRoute: false }, async () => 'text')
  return app
}

async function headOf(app: FastifyInstance, url: string) {
  const { statusCode, headers, body } = await app.inject({ method: 'HEAD', url })
  const { date: _, ...others } = headers
  return { status: statusCode, headers: others, body }
}
