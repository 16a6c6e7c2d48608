import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, openWorld, type World } from '../../testing/app.ts'

const path = '/skein/v1/Operations'

describe('the list of operations', () => {
  let world: World
  before(async () => {
    world = await openWorld()
    const memoryStoreId = await world.makeMemoryStore()
    for (const displayName of ['first', 'second'])
      await world.completed(await world.post('/v1/ControlPlane/Stores', { displayName }))
    const configuration = {
      displayName: 'kiosk',
      description: 'A kiosk',
      conversationGroupingType: 'GROUP_BY_PROFILE',
      memoryStoreId,
      channelSettings: { SMS: { captureRules: [{ from: '*', to: '15550001111' }] } },
    }
    await world.post('/v2/ControlPlane/Configurations', configuration)
    await world.settleOperations()
    await world.post('/v2/ControlPlane/Configurations', { ...configuration, channelSettings: {} })
  })
  after(() => world.close())

  it('has those of all APIs, the newest first, each with what became of it', async () => {
    const { operations } = (await world.get(path)).body
    assert.deepEqual(
      operations.map(({ api, kind, status }: Json) => [api, kind, status]),
      [
        ['conversations', 'configuration.create', 'PENDING'],
        ['conversations', 'configuration.create', 'FAILED'],
        ['memory', 'memory.store.create', 'COMPLETED'],
        ['memory', 'memory.store.create', 'COMPLETED'],
      ],
    )
    const [pending, failed, made] = operations
    assert.deepEqual([pending.completedAt, pending.error, pending.resultId], [null, null, null])
    assert.equal(failed.error.code, 21614)
    assert.match(failed.error.detail, /SMS.captureRules\[0\].to is not E.164/)
    assert.match(made.resultId, /^mem_store_/)
    assert.match(made.requestId, /^RQ/)
  })

  it('names each as its own API fetches it', async () => {
    const { operations } = (await world.get(path)).body
    const apis: Record<string, string> = { conversations: 'v2', memory: 'v1' }
    for (const { api, operationId, status } of operations) {
      const fetched = await world.get(`/${apis[api]}/ControlPlane/Operations/${operationId}`)
      assert.deepEqual([fetched.status, fetched.body.status], [200, status])
    }
  })

  it('goes in pages, both ways', async () => {
    const all = (await world.get(path)).body.operations
    const first = (await world.get(`${path}?pageSize=3`)).body
    assert.deepEqual(first.operations, all.slice(0, 3))
    assert.equal(first.meta.previousToken, null)
    const second = (await world.get(`${path}?pageSize=3&pageToken=${first.meta.nextToken}`)).body
    assert.deepEqual(second.operations, all.slice(3))
    assert.equal(second.meta.nextToken, null)
    const back = (await world.get(`${path}?pageSize=3&pageToken=${second.meta.previousToken}`)).body
    assert.deepEqual(back.operations, all.slice(0, 3))
  })

  it('refuses a token of another list, and shows nothing to another account', async () => {
    const token = Buffer.from(JSON.stringify(['targets', 1, '0'])).toString('base64url')
    assert.equal((await world.get(`${path}?pageToken=${token}`)).status, 400)
    const numbered = Buffer.from(JSON.stringify(['operations', 1, 7])).toString('base64url')
    assert.equal((await world.get(`${path}?pageToken=${numbered}`)).status, 400)
    const stranger = await world.makeStranger()
    assert.deepEqual((await stranger.get(path)).body.operations, [])
  })
})
