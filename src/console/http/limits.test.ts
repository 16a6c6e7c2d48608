import assert from 'node:assert/strict'
import { it } from 'node:test'
import { inWorld, type Json } from '../../testing/app.ts'

it('tells the limits in force, what is used of them, and how long data are kept', () =>
  inWorld({ SKEIN_LIMIT_OPERATORS: '7', SKEIN_REQUESTS_PER_SECOND: '500' }, async (world) => {
    await world.makeConfiguration()
    await world.post('/skein/v1/OwnedAddresses', { address: '+15550001111' })
    const { status, body } = await world.get('/skein/v1/Limits')
    assert.equal(status, 200)
    assert.deepEqual(body.requests, { perSecond: 500, bodyBytes: 16_777_216 })
    assert.equal(body.retention.eventDays, 30)
    const limits = new Map<string, Json>(body.limits.map((limit: Json) => [limit.name, limit]))
    assert.deepEqual(limits.get('operators'), {
      name: 'operators',
      variable: 'SKEIN_LIMIT_OPERATORS',
      meaning: 'language operators in an account',
      value: 7,
      isDefault: false,
      used: 0,
    })
    const used = [...limits.values()].filter((limit) => limit.used !== null).map(({ name, used }) => [name, used])
    assert.deepEqual(Object.fromEntries(used), {
      configurations: 1,
      memoryStores: 1,
      intelligenceConfigurationsPerAccount: 0,
      operators: 0,
      ownedAddresses: 1,
      apiKeys: 1,
      carrierConnections: 0,
      classicServices: 0,
    })
    const stranger = await world.makeStranger()
    const theirs = (await stranger.get('/skein/v1/Limits')).body.limits
    assert.equal(theirs.find(({ name }: Json) => name === 'configurations').used, 0)
  }))
