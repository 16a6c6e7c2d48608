import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import { startOperation } from '../../operations/steps.ts'
import { inWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { configurationKinds } from '../configuration-checks.ts'
import { configurationVersion } from '../configuration-rows.ts'
import { type ConfigurationRequest, draftConfiguration } from '../domain/configuration.ts'

const path = '/v2/ControlPlane/Configurations'
const serviceId = `IS${'0'.repeat(32)}`

/** Accepts a creation as two nodes at once can: without either having seen the other. */
async function acceptUnseen(world: World, memoryStoreId: string, fields: object = {}): Promise<string> {
  const request = { ...usualConfiguration, memoryStoreId, ...fields } as ConfigurationRequest
  const subject = wireId('configuration', newId())
  const operation = {
    id: newId(),
    api: 'conversations',
    kind: configurationKinds.create,
    subject,
    input: { draft: draftConfiguration(request), namesStore: true },
    related: { configurationId: subject },
    requestId: 'RQ',
  } as const
  await world.store.transact((tx) => startOperation(tx, world.account, operation, 0))
  return `/v2/ControlPlane/Operations/${wireId('conversationsOperation', operation.id)}`
}

test('refuses the eleventh configuration at once, also while the others are pending', () =>
  inWorld({}, async (world) => {
    const body = { ...usualConfiguration, memoryStoreId: await world.makeMemoryStore() }
    for (let n = 0; n < 10; n += 1) assert.equal((await world.post(path, body)).status, 202)
    const early = await world.post(path, body)
    await world.settleOperations()
    const late = await world.post(path, body)
    for (const refused of [early, late]) {
      assert.deepEqual([refused.status, refused.body.code], [400, 20001])
      assert.match(refused.body.message, /10 configurations/)
    }
    const { configurations } = (await world.get(path)).body
    assert.equal(configurations.length, 10)
    await world.completed(await world.delete(`${path}/${configurations[0].id}`))
    assert.equal((await world.completed(await world.post(path, body))).status, 'COMPLETED')
  }))

test('holds the limit and the bridge also when creations race', () =>
  inWorld({ SKEIN_LIMIT_CONFIGURATIONS: '2' }, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const bridge = { conversationsV1Bridge: { serviceId } }
    const urls = [
      await acceptUnseen(world, memoryStoreId, bridge),
      await acceptUnseen(world, memoryStoreId, bridge),
      await acceptUnseen(world, memoryStoreId),
      await acceptUnseen(world, memoryStoreId),
    ]
    await world.settleOperations()
    const operations = []
    for (const url of urls) operations.push((await world.get(url)).body)
    assert.deepEqual(
      operations.map(({ status, error }) => [status, error?.status ?? null]),
      [
        ['COMPLETED', null],
        ['FAILED', 409],
        ['COMPLETED', null],
        ['FAILED', 400],
      ],
    )
    assert.match(operations[1].error.detail, new RegExp(`bound to ${operations[0].related.configurationId}`))
    assert.match(operations[3].error.detail, /2 configurations/)
    assert.equal((await world.get(path)).body.configurations.length, 2)
  }))

test('binds a classic service to one configuration', () =>
  inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const conversationsV1Bridge = { serviceId }
    const holder = await world.makeConfiguration({ memoryStoreId, conversationsV1Bridge })
    const other = await world.makeConfiguration({ memoryStoreId })
    const body = { ...usualConfiguration, memoryStoreId, conversationsV1Bridge }
    for (const refused of [
      await world.post(path, body),
      await world.put(`${path}/${other}`, body),
      await world.patch(`${path}/${other}`, { conversationsV1Bridge }),
    ]) {
      assert.deepEqual([refused.status, refused.body.code], [409, 20409])
      assert.equal(refused.headers['x-conflicting-resource-id'], holder)
      assert.match(refused.body.message, new RegExp(holder))
    }
    assert.equal((await world.completed(await world.put(`${path}/${holder}`, body))).status, 'COMPLETED')
    await world.completed(await world.delete(`${path}/${holder}`))
    const freed = await world.completed(await world.patch(`${path}/${other}`, { conversationsV1Bridge }))
    assert.equal(freed.status, 'COMPLETED')
  }))

test('takes callbacks to private hosts only where the operator allows them', async () => {
  const privateUrls = ['http://hooks.example.test/', 'https://localhost/', 'https://127.0.0.1:9/', 'https://[::1]/']
  for (const [allowed, status] of [
    ['true', 202],
    ['false', 400],
  ] as const) {
    await inWorld({ SKEIN_ALLOW_PRIVATE_CALLBACKS: allowed }, async (world) => {
      const id = await world.makeConfiguration()
      for (const url of privateUrls) {
        const answer = await world.patch(`${path}/${id}`, { statusCallbacks: [{ url }] })
        assert.equal(answer.status, status, `${url} ${allowed}`)
        await world.settleOperations()
      }
    })
  }
})

test('keeps every version and pins none to a deleted configuration', () =>
  inWorld({}, async (world) => {
    const id = await world.makeConfiguration()
    for (const description of ['b', 'c']) await world.completed(await world.patch(`${path}/${id}`, { description }))
    await world.completed(await world.delete(`${path}/${id}`))
    const bare = id.replace('conv_configuration_', '')
    const bodies = []
    for (const version of [1, 2, 3, 4]) {
      bodies.push(
        await world.store.read.get(configurationVersion, { account: world.account, configurationId: bare, version }),
      )
    }
    assert.deepEqual(
      bodies.map((row) => row && JSON.parse(row.body).description),
      [usualConfiguration.description, 'b', 'c', undefined],
    )
  }))

test('lists the newest first, page by page in both directions, and by memory store', () =>
  inWorld({}, async (world) => {
    const stores = [await world.makeMemoryStore(), await world.makeMemoryStore()]
    const made: string[] = []
    for (let n = 0; n < 5; n += 1) made.unshift(await world.makeConfiguration({ memoryStoreId: stores[n % 2] }))

    const pages: string[][] = []
    let query = 'pageSize=2'
    let previousToken: string | null = null
    for (;;) {
      const { body, status } = await world.get(`${path}?${query}`)
      assert.equal(status, 200)
      assert.deepEqual([body.meta.key, body.meta.pageSize], ['configurations', body.configurations.length])
      pages.push(idsOf(body))
      previousToken = body.meta.previousToken
      if (body.meta.nextToken === null) break
      query = `pageSize=2&pageToken=${encodeURIComponent(body.meta.nextToken)}`
    }
    assert.deepEqual(pages, [made.slice(0, 2), made.slice(2, 4), made.slice(4)])
    const back = (await world.get(`${path}?pageSize=2&pageToken=${previousToken}`)).body
    assert.deepEqual(idsOf(back), made.slice(2, 4))
    const first = (await world.get(`${path}?pageSize=2&pageToken=${back.meta.previousToken}`)).body
    assert.deepEqual([idsOf(first), first.meta.previousToken], [made.slice(0, 2), null])

    const everyOther = made.filter((_, at) => at % 2 === 0)
    const ofStore = (await world.get(`${path}?memoryStoreId=${stores[0]}&PageSize=2`)).body
    assert.deepEqual(idsOf(ofStore), everyOther.slice(0, 2))
    const otherSpelling = stores[0]?.replace('mem_store_', 'mem_service_')
    const rest = `memoryStoreId=${otherSpelling}&pageToken=${ofStore.meta.nextToken}`
    const last = (await world.get(`${path}?${rest}`)).body
    assert.deepEqual(idsOf(last), everyOther.slice(2))
    const before = (await world.get(`${path}?memoryStoreId=${stores[0]}&pageToken=${last.meta.previousToken}`)).body
    assert.deepEqual(idsOf(before), everyOther.slice(0, 2))

    assert.deepEqual(idsOf((await world.get(`${path}?pageSize=5000`)).body), made)
    const unknown = 'mem_store_01kjpwa4z0f46bs8r42wfv2z13'
    assert.deepEqual(idsOf((await world.get(`${path}?memoryStoreId=${unknown}`)).body), [])
  }))

test('refuses a list query that it cannot read', () =>
  inWorld({}, async (world) => {
    for (const [query, field] of [
      ['pageSize=0', 'pageSize'],
      ['pageSize=many', 'pageSize'],
      ['pageSize=1.5', 'pageSize'],
      ['pageToken=nonsense', 'pageToken'],
      [`pageToken=${Buffer.from('["conversations",1,"0"]').toString('base64url')}`, 'pageToken'],
      ['memoryStoreId=mem_store_x', 'memoryStoreId'],
      ['memoryStoreId=conv_configuration_01kjpwd6m0emq8k9w39qsaekf4', 'memoryStoreId'],
    ] as const) {
      const { status, body } = await world.get(`${path}?${query}`)
      assert.deepEqual([status, body.code, body.params.field], [400, 20001, field], query)
    }
  }))

function idsOf(body: { configurations: { id: string }[] }): string[] {
  return body.configurations.map(({ id }) => id)
}
