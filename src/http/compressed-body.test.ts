import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { decompressBody } from './compressed-body.ts'
import { installBodyParser } from './edge.ts'
import { installErrorHandling } from './errors.ts'

const app = fastify({ bodyLimit: 10_000 })
installBodyParser(app)
installErrorHandling(app)
app.post('/echo', { preParsing: decompressBody }, async (request) => ({ got: request.body }))
app.post('/plain', async (request) => ({ got: request.body }))
after(() => app.close())

const text = JSON.stringify({ content: 'Prefers deliveries after 18:00.' })

async function post(payload: Buffer | string, coding?: string, url = '/echo') {
  const headers = {
    'content-type': 'application/json',
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  }
  const reply = await app.inject({ method: 'POST', url, payload, headers })
  return { status: reply.statusCode, body: reply.json() }
}

for (const [coding, bytes] of [
  ['gzip', gzipSync(text)],
  ['GZIP', gzipSync(text)],
  ['x-gzip', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['br', brotliCompressSync(text)],
  ['identity', Buffer.from(text)],
  [undefined, Buffer.from(text)],
] as const) {
  test(`a body with Content-Encoding ${coding} is read`, async () => {
    assert.deepEqual(await post(bytes, coding), { status: 200, body: { got: JSON.parse(text) } })
  })
}

test('an encoding that is none, unknown or one of several is refused', async () => {
  for (const coding of ['compress', 'gzip, br', 'toString']) {
    const { status, body } = await post(gzipSync(text), coding)
    assert.deepEqual([status, body.params.field], [400, 'Content-Encoding'])
  }
})

test('bytes that are not in that encoding, or end too early, are a 400', async () => {
  assert.equal((await post('no gzip at all', 'gzip')).status, 400)
  assert.equal((await post(gzipSync(text).subarray(0, 20), 'gzip')).status, 400)
})

test('a few bytes that would become more than a body may have are a 413', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20))
  assert.ok(bomb.length < 100_000)
  for (const bytes of [bomb, gzipSync(JSON.stringify({ content: 'x'.repeat(10_000) }))]) {
    assert.deepEqual((await post(bytes, 'gzip')).body.status, 413)
  }
})

test('a route that does not ask for it reads bodies as they are', async () => {
  assert.equal((await post(gzipSync(text), 'gzip', '/plain')).status, 400)
})
