import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase, startPostgres } from './postgres.ts'
import { Skein, temporaryFolder } from './skein.ts'

const anonymous = { as: null }
const server = await Skein.start(temporaryFolder())

test('tells machines that it lives and is ready, without credentials', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await server.ask('GET', path, undefined, anonymous)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { status: 'ok' })
  }
})

test('counts requests by route and status, and tells nothing about any account', async () => {
  await server.ask('GET', '/skein/v1/Keys')
  await server.ask('DELETE', '/skein/v1/Keys/SK123')
  await server.ask('GET', '/nothing/here')
  const { text, headers } = await server.ask('GET', '/metrics', undefined, anonymous)
  assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.match(text, /skein_http_request_seconds_count\{method="GET",route="\/skein\/v1\/Keys",status="200"\} 1/)
  assert.match(
    text,
    /skein_http_request_seconds_count\{method="DELETE",route="\/skein\/v1\/Keys\/:sid",status="404"\} 1/,
  )
  assert.match(text, /skein_http_request_seconds_count\{method="GET",route="unknown",status="404"\} 1/)
  for (const name of ['waiting', 'transactions', 'commits', 'retries', 'commit_seconds']) {
    assert.match(text, new RegExp(`^skein_store_${name} `, 'm'))
  }
  assert.doesNotMatch(text, /SK123|AC[0-9a-f]{32}|nothing/)
})

test('is not ready, and refuses with 503, while its database is away', async () => {
  const postgres = await startPostgres({ fast: true })
  const server = await Skein.start(temporaryFolder(), { SKEIN_DATABASE: postgres.url, SKEIN_LOG: 'silent' })
  assert.equal((await server.ask('GET', '/readyz', undefined, anonymous)).status, 200)
  await postgres.stop()
  const ready = await server.ask('GET', '/readyz', undefined, anonymous)
  assert.equal(ready.status, 503)
  assert.equal(ready.body.code, 20503)
  assert.equal(ready.headers.get('retry-after'), '1')
  assert.equal((await server.ask('GET', '/healthz', undefined, anonymous)).status, 200)
  const refused = await server.ask('POST', '/skein/v1/Keys', {})
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('retry-after'), '1')
  await server.stop()
})

test('works on PostgreSQL as on SQLite', async () => {
  const { url, drop } = await createDatabase({ fast: true, schema: true })
  const folder = temporaryFolder()
  const server = await Skein.start(folder, { SKEIN_DATABASE: url })
  assert.equal((await server.ask('POST', '/skein/v1/Keys', { name: 'one' })).status, 201)
  const second = await Skein.start(folder, { SKEIN_DATABASE: url })
  const { body } = await second.ask('GET', '/skein/v1/Keys', undefined, { as: server.account })
  assert.equal(body.keys.length, 2)
  await second.ask('DELETE', `/skein/v1/Keys/${server.key.user}`, undefined, { as: server.account })
  assert.equal((await server.ask('GET', '/skein/v1/Keys', undefined, { as: server.key })).status, 401)
  assert.equal(await server.stop(), 0)
  assert.equal(await second.stop(), 0)
  await drop()
})
