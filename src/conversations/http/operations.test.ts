import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openWorld, usualConfiguration, type World } from '../../testing/app.ts'

const configurations = '/v2/ControlPlane/Configurations'
const operations = '/v2/ControlPlane/Operations'

let world: World
let memoryStoreId: string

before(async () => {
  world = await openWorld({ SKEIN_PUBLIC_URL: 'https://skein.example.test' })
  memoryStoreId = await world.makeMemoryStore()
})
after(() => world.close())

test('tells a pending operation from a completed one', async () => {
  const { body: accepted } = await world.post(configurations, { ...usualConfiguration, memoryStoreId })
  const path = new URL(accepted.statusUrl).pathname
  const acceptedAt = new Date(await world.now()).toISOString()
  const pending = await world.get(path)
  assert.equal(pending.status, 200)
  assert.deepEqual(pending.body, {
    operationId: path.split('/').at(-1),
    status: 'PENDING',
    createdAt: acceptedAt,
    completedAt: null,
    statusUrl: accepted.statusUrl,
    related: accepted.related,
    error: null,
  })
  await world.settleOperations()
  assert.deepEqual((await world.get(path)).body, {
    ...pending.body,
    status: 'COMPLETED',
    completedAt: acceptedAt,
    result: { id: accepted.related.configurationId, type: 'RESOURCE_ID' },
  })
})

test('tells why an operation failed, without a result', async () => {
  const channelSettings = { SMS: { captureRules: [{ from: '*', to: '5550001111' }] } }
  const accepted = await world.post(configurations, { ...usualConfiguration, memoryStoreId, channelSettings })
  const operation = await world.completed(accepted)
  assert.deepEqual(Object.keys(operation).sort(), [
    'completedAt',
    'createdAt',
    'error',
    'operationId',
    'related',
    'status',
    'statusUrl',
  ])
  assert.equal(operation.status, 'FAILED')
  assert.notEqual(operation.completedAt, null)
  assert.deepEqual(operation.related, accepted.body.related)
  assert.deepEqual(operation.error, {
    type: 'https://www.twilio.com/docs/errors/21614',
    title: 'Invalid phone number',
    status: 400,
    detail: operation.error.detail,
    instance: null,
  })
  assert.match(operation.error.detail, /^channelSettings\.SMS\.captureRules\[0\]\.to is not E\.164/)
})

test('names itself under the public address of the server', async () => {
  const { body, headers } = await world.post(configurations, { ...usualConfiguration, memoryStoreId })
  assert.ok(body.statusUrl.startsWith(`https://skein.example.test${operations}/proc_job_`))
  assert.equal(headers.location, body.statusUrl)
  assert.equal((await world.get(new URL(body.statusUrl).pathname)).body.statusUrl, body.statusUrl)
})

test('knows no malformed, unknown or foreign operation, nor one of another API', async () => {
  const { headers } = await world.post(configurations, { ...usualConfiguration, memoryStoreId })
  const mine = headers['operation-id'] ?? ''
  assert.equal((await world.get(`${operations}/${mine}`)).status, 200)
  const stranger = await world.makeStranger()
  assert.equal((await stranger.get(`${operations}/${mine}`)).status, 404)
  for (const unknown of ['x', mine.replace('proc_job_', 'mem_operation_'), 'proc_job_01kjpwd6maefct6h2vpcbkhxys']) {
    const { status, body } = await world.get(`${operations}/${unknown}`)
    assert.deepEqual([status, body.code], [404, 20404], unknown)
  }
})
