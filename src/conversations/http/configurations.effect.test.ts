import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'

const path = '/v2/ControlPlane/Configurations'

async function outcomeFrom(world: World, from: string): Promise<string> {
  const text = { type: 'TEXT', text: 'Is the ferry late?' }
  const { status, body } = await world.post('/skein/v1/Traffic', { channel: 'SMS', from, to: kiosk, content: text })
  assert.equal(status, 200)
  return body.results[0].outcome
}

test('captures by a configuration from the moment its operation has completed', () =>
  inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const id = await world.makeConfiguration({ memoryStoreId, channelSettings: {} })
    assert.equal(await outcomeFrom(world, '+15551230001'), 'NOT_CAPTURED')
    const captureRules = [{ from: '*', to: kiosk }]
    const accepted = await world.patch(`${path}/${id}`, { channelSettings: { SMS: { captureRules } } })
    assert.equal(await outcomeFrom(world, '+15551230002'), 'NOT_CAPTURED')
    await world.completed(accepted)
    assert.equal(await outcomeFrom(world, '+15551230003'), 'CAPTURED')
  }))

test('begins no conversation from the moment a deletion is accepted', () =>
  inWorld({}, async (world) => {
    const id = await world.makeConfiguration()
    assert.equal(await outcomeFrom(world, '+15551230001'), 'CAPTURED')
    const accepted = await world.delete(`${path}/${id}`)
    assert.equal(await outcomeFrom(world, '+15551230002'), 'NOT_CAPTURED')
    await world.completed(accepted)
    assert.equal(await outcomeFrom(world, '+15551230003'), 'NOT_CAPTURED')
    assert.equal(
      await outcomeFrom(world, '+15551230001'),
      'CAPTURED',
      'the open conversation lives on by what it pinned',
    )
  }))

test('tells the debugger once that rules capture calls, which TwiML could want too', () =>
  inWorld({}, async (world) => {
    const id = await world.makeConfiguration()
    const told = async () => {
      const { body } = await world.get('/skein/v1/Events?errorCode=530913')
      return body.events.map(({ level, data }: Json) => [level, data.resourceSid])
    }
    assert.deepEqual(await told(), [])
    for (const from of ['*', '+15551234567']) {
      const VOICE = { captureRules: [{ from, to: kiosk }] }
      await world.completed(await world.patch(`${path}/${id}`, { channelSettings: { VOICE } }))
    }
    assert.deepEqual(await told(), [['info', id]])
  }))
