import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, kiosk, type World } from '../../testing/app.ts'

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
