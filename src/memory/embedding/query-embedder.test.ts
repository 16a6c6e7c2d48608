import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { answered, EmbeddingService } from '../testing/embedding-service.ts'
import { EmbeddingEndpoint } from './endpoint.ts'
import { QueryEmbedder } from './query-embedder.ts'

function begin() {
  const service = new EmbeddingService()
  const endpoint = new EmbeddingEndpoint(service, { url: 'http://x', key: undefined, model: 'small' })
  const time = { wall: 0 }
  const queries = new QueryEmbedder({ endpoint, log: openLog('silent', false), wallNow: () => time.wall })
  return { service, time, queries }
}

test('a service that failed is not asked again for five seconds', async () => {
  const { service, time, queries } = begin()
  service.troubles.push(answered(500, ''))
  assert.equal(await queries.vectorOf('car'), undefined)
  time.wall = 4_999
  assert.equal(await queries.vectorOf('car'), undefined)
  assert.equal(service.requests.length, 1)
  time.wall = 5_000
  assert.equal((await queries.vectorOf('car'))?.length, 3)
})

test('a query that is refused holds up no other', async () => {
  const { service, queries } = begin()
  service.troubles.push(answered(400, ''))
  assert.equal(await queries.vectorOf('car'), undefined)
  assert.equal((await queries.vectorOf('soup'))?.length, 3)
})

test('no recall waits longer than a second and a half', async () => {
  const { service, queries } = begin()
  await queries.vectorOf('car')
  assert.equal(service.requests[0]?.timeouts.totalMs, 1_500)
})
