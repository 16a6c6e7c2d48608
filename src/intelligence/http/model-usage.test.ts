import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld } from '../../testing/app.ts'
import { addUsage } from '../usage.ts'

test('what models were asked is listed day by day, the latest first, to the account alone', () =>
  inWorld({}, async (world) => {
    const { store, account } = world
    assert.deepEqual((await world.get('/skein/v1/ModelUsage')).body.days, [])
    await store.transact(async (tx) => {
      for (const day of ['2026-01-04', '2026-01-05', '2026-01-05', '2026-01-06']) {
        await tx.run(addUsage, { account, day, requests: 2, tokens: 150 })
      }
    })
    const first = await world.get('/skein/v1/ModelUsage?pageSize=2')
    assert.deepEqual(first.body.days, [
      { day: '2026-01-06', requests: 2, tokens: 150 },
      { day: '2026-01-05', requests: 4, tokens: 300 },
    ])
    const second = await world.get(`/skein/v1/ModelUsage?pageToken=${first.body.meta.nextToken}`)
    assert.deepEqual(second.body.days, [{ day: '2026-01-04', requests: 2, tokens: 150 }])
    const back = await world.get(`/skein/v1/ModelUsage?pageToken=${second.body.meta.previousToken}`)
    assert.deepEqual(back.body.days, first.body.days)
    const stranger = await world.makeStranger()
    assert.deepEqual((await stranger.get('/skein/v1/ModelUsage')).body.days, [])
    assert.equal((await world.get('/skein/v1/ModelUsage?pageToken=nonsense')).status, 400)
  }))
