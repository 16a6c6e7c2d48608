import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../test/postgres.ts'
import { capture, message } from '../conversations/testing/capture.ts'
import { type Json, kiosk, openWorld, usualConfiguration, type World } from '../testing/app.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

describe('rules and extraction on PostgreSQL', () => {
  let database: Database
  let world: World

  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  it('execute each trigger once, write memories, and go with their conversation', async () => {
    const rules = [
      { operators: [{ id: sentiment }], triggers: [{ on: 'COMMUNICATION', parameters: { count: 2 } }], actions: [] },
      { operators: [{ id: sentiment }], triggers: [{ on: 'CONVERSATION_INACTIVE' }], actions: [] },
      {
        operators: [{ id: sentiment }],
        triggers: [{ on: 'CONVERSATION_END' }],
        actions: [{ type: 'WEBHOOK', method: 'POST', url: 'https://app.example.test/hooks/end' }],
      },
    ]
    const { body: configuration } = await world.post('/v3/ControlPlane/Configurations', { displayName: 'desk', rules })
    const memoryStoreId = await world.makeMemoryStore()
    await world.makeConfiguration({
      ...usualConfiguration,
      memoryStoreId,
      memoryExtractionEnabled: true,
      intelligenceConfigurationIds: [configuration.id],
    })
    await world.post('/skein/v1/OwnedAddresses', { channel: 'SMS', address: kiosk })
    const of = `/v1/Stores/${memoryStoreId}/Profiles`
    const profile = await world.post(of, { traits: { Contact: { phone: '+15551234567' } } })
    await world.settleOperations()
    let conversationId = ''
    for (const text of ['I am vegetarian.', 'This is lovely!', 'Thank you.', 'I have a dog called Rex.', 'Bye']) {
      ;({ conversationId } = await capture(world, message({ content: { type: 'TEXT', text } })))
    }
    await world.advance({ minutes: 90 })
    const { items } = (await world.get('/v3/OperatorResults')).body
    const triggers = items.map((one: Json) => one.executionDetails.trigger.on).sort()
    assert.deepEqual(triggers, ['COMMUNICATION', 'COMMUNICATION', 'CONVERSATION_END', 'CONVERSATION_INACTIVE'])
    assert.equal(world.receiver.received.length, 1)
    const { observations } = (await world.get(`${of}/${profile.body.id}/Observations`)).body
    assert.equal(observations.length, 2)
    assert.equal((await world.get('/v3/Conversations?channels=SMS')).body.items.length, 1)
    await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
    assert.deepEqual((await world.get('/v3/OperatorResults')).body.items, [])
  })
})
