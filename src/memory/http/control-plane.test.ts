import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())
const open = async () => MemoryApp.open(await World.open(store))
const stores = '/v1/ControlPlane/Stores'

test('creating a store answers 202 with where its operation can be followed', async () => {
  const app = await open()
  const { status, body, headers } = await app.send('POST', stores, { displayName: 'acme-support' })
  assert.equal(status, 202)
  assert.deepEqual(Object.keys(body).sort(), ['message', 'statusUrl'])
  assert.match(body.statusUrl, /^https:\/\/skein\.example\/v1\/ControlPlane\/Operations\/mem_operation_[0-9a-z]{26}$/)
  assert.equal(headers.location, body.statusUrl)
  assert.equal(headers['operation-id'], body.statusUrl.split('/').at(-1))
  assert.match(headers['retry-after'] ?? '', /^\d+$/)
  assert.equal(app.pokes, 1)
})

test('an operation is PENDING without an end, then COMPLETED with the id of the store', async () => {
  const app = await open()
  const accepted = await app.send('POST', stores, { displayName: 'acme-support', description: 'Customers' })
  const path = new URL(accepted.body.statusUrl).pathname
  const pending = await app.send('GET', path)
  assert.deepEqual(pending.body, {
    operationId: accepted.headers['operation-id'],
    status: 'PENDING',
    createdAt: '2026-01-05T09:00:00.000Z',
    completedAt: null,
    statusUrl: accepted.body.statusUrl,
  })
  assert.equal(pending.headers['retry-after'], '1')
  app.world.now += 2_000
  await app.world.runOperations()
  const done = await app.send('GET', path)
  assert.equal(done.headers['retry-after'], undefined)
  assert.equal(done.body.status, 'COMPLETED')
  assert.equal(done.body.completedAt, '2026-01-05T09:00:02.000Z')
  assert.equal(done.body.result.type, 'RESOURCE_ID')
  assert.equal(done.body.resultUrl, `https://skein.example${stores}/${done.body.result.id}`)
  const fetched = await app.send('GET', `${stores}/${done.body.result.id}`)
  assert.equal(fetched.status, 200)
  assert.match(fetched.body.intelligenceServiceId, /^intelligence_service_[0-9a-z]{26}$/)
  assert.deepEqual(
    { ...fetched.body, intelligenceServiceId: '' },
    {
      id: done.body.result.id,
      displayName: 'acme-support',
      description: 'Customers',
      status: 'ACTIVE',
      intelligenceServiceId: '',
      version: 1,
    },
  )
})

test('a store answers under its two paths and its two prefixes', async () => {
  const app = await open()
  const id = await app.activeStore()
  const expected = (await app.send('GET', `${stores}/${id}`)).body
  for (const path of [`/v1/Stores/${id}`, `${stores}/${id.replace('mem_store_', 'mem_service_')}`]) {
    assert.deepEqual((await app.send('GET', path)).body, expected)
  }
})

test('stores are listed as plain ids, newest first, page by page', async () => {
  const app = await open()
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) ids.push(await app.activeStore(name))
  const [a, b, c] = ids
  const all = await app.send('GET', stores)
  assert.deepEqual(all.body, {
    stores: [c, b, a],
    meta: { key: 'stores', pageSize: 3, nextToken: null, previousToken: null },
  })
  assert.deepEqual((await app.send('GET', `${stores}?orderBy=ASC`)).body.stores, [a, b, c])
  const first = (await app.send('GET', `${stores}?pageSize=2`)).body
  assert.deepEqual(first.stores, [c, b])
  const second = (await app.send('GET', `${stores}?pageSize=2&pageToken=${first.meta.nextToken}`)).body
  assert.deepEqual([second.stores, second.meta.nextToken], [[a], null])
  const back = (await app.send('GET', `${stores}?pageSize=2&pageToken=${second.meta.previousToken}`)).body
  assert.deepEqual([back.stores, back.meta.previousToken], [[c, b], null])
  assert.equal((await app.send('GET', `${stores}?pageSize=5000&colour=red`)).body.stores.length, 3)
  const foreign = await app.send('GET', `${stores}?orderBy=ASC&pageToken=${first.meta.nextToken}`)
  assert.equal(foreign.status, 400)
})

test('a store is changed under its tag, and a stale tag is refused with 412', async () => {
  const app = await open()
  const id = await app.activeStore()
  const { headers } = await app.send('GET', `${stores}/${id}`)
  const change = { description: 'Renewed' }
  const tagged = { 'if-match': headers.etag }
  assert.equal((await app.send('PATCH', `${stores}/${id}`, change, tagged)).status, 202)
  await app.world.runOperations()
  const { body } = await app.send('GET', `${stores}/${id}`)
  assert.deepEqual([body.description, body.version], ['Renewed', 2])
  const stale = await app.send('PATCH', `${stores}/${id}`, change, tagged)
  assert.deepEqual([stale.status, stale.body.code], [412, 520043])
})

test('a deleted store is gone, and the operation names no place to fetch it', async () => {
  const app = await open()
  const id = await app.activeStore()
  const done = await app.complete('DELETE', `${stores}/${id}`)
  assert.deepEqual([done.status, done.result.id, done.resultUrl], ['COMPLETED', id, undefined])
  const gone = await app.send('GET', `${stores}/${id}`)
  assert.deepEqual([gone.status, gone.body.code], [404, 520041])
})

test('a store in use is not deleted', async () => {
  const app = await open()
  const id = await app.activeStore()
  app.world.references.set(id.slice('mem_store_'.length), 'conv_configuration_x')
  const refused = await app.send('DELETE', `${stores}/${id}`)
  assert.equal(refused.status, 409)
  assert.deepEqual(refused.body.params, { configurationId: 'conv_configuration_x' })
})

test('a failed operation says why as a problem', async () => {
  const app = await open()
  const id = await app.activeStore()
  const deletion = await app.send('DELETE', `${stores}/${id}`)
  app.world.references.set(id.slice('mem_store_'.length), 'conv_configuration_x')
  await app.world.runOperations()
  const { body } = await app.send('GET', new URL(deletion.body.statusUrl).pathname)
  assert.equal(body.status, 'FAILED')
  assert.deepEqual(Object.keys(body.error).sort(), ['code', 'detail', 'title', 'type'])
  assert.match(body.error.detail, /conv_configuration_x/)
  assert.equal(body.result, undefined)
})

test('identity settings are fetched with their tag and replaced as a whole', async () => {
  const app = await open()
  const id = await app.activeStore()
  const path = `${stores}/${id}/IdentityResolutionSettings`
  const before = await app.send('GET', path)
  assert.equal(before.body.version, 1)
  assert.ok((before.headers.etag ?? '').length <= 100, 'If-Match has at most 100 characters')
  assert.deepEqual(before.body.matchingRules, ['email', 'whatsapp', 'phone', 'chat'])
  assert.deepEqual(before.body.identifierConfigs[2], {
    idType: 'phone',
    matchingAlgo: 'exact',
    matchingThreshold: 75,
    limit: 100,
    limitPolicy: 'fifo',
    enforceUnique: true,
    normalization: 'phone',
  })
  // Published guides fetch, change and send back the whole, read-only version included.
  const body = {
    ...before.body,
    identifierConfigs: [...before.body.identifierConfigs, { idType: 'user_id' }],
    matchingRules: ['user_id', 'phone'],
  }
  assert.equal((await app.send('PUT', path, body, { 'if-match': before.headers.etag })).status, 202)
  await app.world.runOperations()
  const afterwards = await app.send('GET', path)
  assert.equal(afterwards.body.version, 2)
  assert.deepEqual(afterwards.body.matchingRules, ['user_id', 'phone'])
  assert.equal(afterwards.body.identifierConfigs[4].normalization, 'trim')
  const stale = await app.send('PUT', path, body, { 'if-match': before.headers.etag })
  assert.deepEqual([stale.status, stale.body.code], [412, 520043])
})

const reserved = ['email', 'whatsapp', 'phone', 'chat'].map((idType) => ({ idType }))
const refusedSettings: { why: string; body: unknown; field: string }[] = [
  { why: 'no rule', body: { identifierConfigs: reserved, matchingRules: [] }, field: 'matchingRules' },
  { why: 'no types', body: { identifierConfigs: [], matchingRules: ['phone'] }, field: 'identifierConfigs' },
  {
    why: 'a limit of 0',
    body: { identifierConfigs: [{ idType: 'phone', limit: 0 }], matchingRules: ['phone'] },
    field: 'identifierConfigs[0].limit',
  },
  {
    why: 'a threshold of 100',
    body: { identifierConfigs: [{ idType: 'phone', matchingThreshold: 100 }], matchingRules: ['phone'] },
    field: 'identifierConfigs[0].matchingThreshold',
  },
  {
    why: 'an unknown normalisation',
    body: { identifierConfigs: [{ idType: 'phone', normalization: 'upper' }], matchingRules: ['phone'] },
    field: 'identifierConfigs[0].normalization',
  },
  {
    why: 'a rule for no type',
    body: { identifierConfigs: reserved, matchingRules: ['user_id'] },
    field: 'matchingRules[0]',
  },
  {
    why: 'a reserved type missing',
    body: { identifierConfigs: reserved.slice(1), matchingRules: ['phone'] },
    field: 'identifierConfigs',
  },
]
for (const { why, body, field } of refusedSettings) {
  test(`settings with ${why} are refused, naming ${field}`, async () => {
    const app = await open()
    const id = await app.activeStore()
    const refused = await app.send('PUT', `${stores}/${id}/IdentityResolutionSettings`, body)
    assert.deepEqual([refused.status, refused.body.code, refused.body.params.field], [400, 520046, field])
  })
}

const refusedStores: { why: string; body: unknown; code: number }[] = [
  { why: 'no name', body: {}, code: 520046 },
  { why: 'a name with a space', body: { displayName: 'acme support' }, code: 520046 },
  { why: 'a name of 65 characters', body: { displayName: 'x'.repeat(65) }, code: 520046 },
  { why: 'an empty description', body: { displayName: 'x', description: '' }, code: 520046 },
  { why: 'a name that is taken', body: { displayName: 'taken' }, code: 520045 },
]
for (const { why, body, code } of refusedStores) {
  test(`a store with ${why} is refused with ${code}`, async () => {
    const app = await open()
    await app.activeStore('taken')
    const refused = await app.send('POST', stores, body)
    assert.deepEqual([refused.status, refused.body.code, refused.body.status], [400, code, 400])
    assert.equal(app.pokes, 1)
  })
}

test('the sixteenth store is refused', async () => {
  const app = await open()
  for (let n = 1; n <= 15; n += 1) assert.equal((await app.send('POST', stores, { displayName: `s${n}` })).status, 202)
  const refused = await app.send('POST', stores, { displayName: 's16' })
  assert.deepEqual([refused.status, refused.body.code], [400, 520044])
})

const missing = '01kq7v2m9c4d5e6f7g8h9j0k2n'
const refusedPaths: {
  method: 'GET' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  status: number
  code: number
}[] = [
  { method: 'GET', path: `${stores}/mem_store_${missing}`, status: 404, code: 520041 },
  { method: 'GET', path: `${stores}/mem_store_x`, status: 400, code: 520049 },
  { method: 'GET', path: `/v1/Stores/${missing}`, status: 400, code: 520049 },
  { method: 'PATCH', path: `${stores}/mem_store_${missing}`, body: { description: 'x' }, status: 404, code: 520041 },
  { method: 'PATCH', path: `${stores}/mem_store_${missing}`, body: {}, status: 400, code: 520046 },
  { method: 'DELETE', path: `${stores}/mem_store_${missing}`, status: 404, code: 520041 },
  { method: 'GET', path: `/v1/ControlPlane/Operations/mem_operation_${missing}`, status: 404, code: 20404 },
  { method: 'GET', path: '/v1/ControlPlane/Operations/proc_job_1', status: 400, code: 520051 },
  { method: 'GET', path: `${stores}/mem_store_${missing}/TraitGroups`, status: 404, code: 520041 },
]
for (const { method, path, body, status, code } of refusedPaths) {
  test(`${method} ${path} answers ${status}, ${code}`, async () => {
    const app = await open()
    const refused = await app.send(method, path, body)
    assert.deepEqual([refused.status, refused.body.code], [status, code])
    assert.equal(refused.body.more_info, `https://www.twilio.com/docs/errors/${code}`)
  })
}
