import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createOutgoing } from '../../http/outgoing/client.ts'
import type { OutgoingOutcome } from '../../http/outgoing/exchange.ts'
import { startReceiver } from '../../http/outgoing/testing/receiver.ts'
import { answered, EmbeddingService } from '../testing/embedding-service.ts'
import { EmbeddingEndpoint } from './endpoint.ts'

const timeouts = { connectMs: 1000, readMs: 1000, totalMs: 1000 }
const settings = { url: 'http://127.0.0.1:1/v1', key: 'sk-hidden', model: 'small' }

test('asks as the API of OpenAI is asked, and gives one vector of length 1 for each text', async () => {
  const service = new EmbeddingService()
  const outcome = await new EmbeddingEndpoint(service, settings).embed(['a car', 'soup'], timeouts)
  assert.ok('vectors' in outcome)
  assert.deepEqual(
    outcome.vectors.map((vector) => [...vector].map((number) => Math.round(number))),
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  )
  const [request] = service.requests
  assert.deepEqual(
    [request?.url, request?.headers.Authorization, JSON.parse(String(request?.body))],
    ['http://127.0.0.1:1/v1/embeddings', 'Bearer sk-hidden', { model: 'small', input: ['a car', 'soup'] }],
  )
})

const vectors = (...embeddings: number[][]) =>
  JSON.stringify({ data: embeddings.map((embedding, index) => ({ index, embedding })) })

for (const [what, outcome, trouble, refused, retryAfterSeconds] of [
  ['too many requests', answered(429, '', { 'retry-after': '7' }), 'it answered 429', false, 7],
  ['a failure', answered(500, 'sk-hidden'), 'it answered 500', false, undefined],
  ['a refusal of the texts', answered(400, '{}'), 'it answered 400', true, undefined],
  ['a refusal of the key', answered(401, '{}'), 'it answered 401', false, undefined],
  ['no JSON', answered(200, '<html>'), 'the answer has no list named data', false, undefined],
  ['too few vectors', answered(200, vectors([1])), 'the answer has 1 vectors for 2 texts', false, undefined],
  [
    'two dimensions',
    answered(200, vectors([1], [1, 2])),
    'the answer has vectors of 1 and of 2 numbers',
    false,
    undefined,
  ],
  [
    'an answer without end',
    { ...answered(200, ''), truncated: true } as OutgoingOutcome,
    'the answer is longer than 16777216 bytes',
    false,
    undefined,
  ],
] as const) {
  test(`${what} is an outcome that tells no secret`, async () => {
    const service = new EmbeddingService()
    service.troubles.push(outcome)
    const read = await new EmbeddingEndpoint(service, settings).embed(['one', 'two'], timeouts)
    assert.deepEqual(read, { trouble, refused, retryAfterSeconds })
  })
}

test('a service that does not answer is given up', async () => {
  const { port } = await startReceiver(() => {})
  const outgoing = createOutgoing({ allowPrivate: true })
  after(() => outgoing.close())
  const endpoint = new EmbeddingEndpoint(outgoing, { ...settings, url: `http://127.0.0.1:${port}` })
  const outcome = await endpoint.embed(['one'], { connectMs: 1000, readMs: 1000, totalMs: 50 })
  assert.match('trouble' in outcome ? outcome.trouble : '', /^total_timeout/)
})
