import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inWorld, usualConfiguration } from '../testing/app.ts'

const day = 24 * 60

it('keeps the answer to an idempotency key for a day, and an ended operation for a week', () =>
  inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const headers = { 'idempotency-key': '0f8fad5b-d9cb-469f-a165-70867728950e' }
    const create = () =>
      world.post('/v2/ControlPlane/Configurations', { ...usualConfiguration, memoryStoreId }, headers)
    const first = await create()
    await world.completed(first)
    const path = new URL(first.body.statusUrl).pathname

    await world.advance({ minutes: day - 1 })
    assert.equal((await create()).text, first.text)
    await world.advance({ minutes: 61 })
    const second = await create()
    assert.notEqual(second.body.related.configurationId, first.body.related.configurationId)

    assert.equal((await world.get(path)).status, 200)
    await world.advance({ minutes: 7 * day })
    assert.equal((await world.get(path)).status, 404)
  }))
