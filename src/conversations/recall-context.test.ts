import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { parseWireId } from '../kernel/ids.ts'
import { openWorld, type World } from '../testing/app.ts'
import { capture, lena, message } from './testing/capture.ts'

let world: World
let memoryStoreId: string
before(async () => {
  world = await openWorld()
  memoryStoreId = await world.makeMemoryStore()
  await world.makeConfiguration({ memoryStoreId })
})
after(() => world.close())

const recall = async (body: object) => {
  const traits = { traits: { Contact: { phone: lena } } }
  const profiles = `/v1/Stores/${memoryStoreId}/Profiles`
  const { id } = (await world.post(profiles, traits)).body
  return (await world.post(`${profiles}/${id}/Recall`, body)).body
}

it('a recall shows the last communications of its conversation with those who take part, and none of a deleted one', async () => {
  const { conversationId } = await capture(world, message({ from: lena }))
  await capture(world, message({ from: lena, content: { type: 'TEXT', text: 'And a tea' } }))
  const { participants } = (await world.get(`/v2/Conversations/${conversationId}`)).body
  const { communications } = await recall({ conversationId, communicationsLimit: 1 })
  assert.equal(communications.length, 1)
  assert.ok(parseWireId('communication', communications[0].id))
  assert.partialDeepStrictEqual(communications[0], {
    content: { text: 'And a tea' },
    author: { id: participants[0].id, name: lena, type: 'CUSTOMER', address: lena, channel: 'SMS' },
    recipients: [{ id: participants[1].id, type: 'AGENT', deliveryStatus: 'DELIVERED' }],
  })
  await world.delete(`/v2/Conversations/${conversationId}`)
  assert.deepEqual((await recall({ conversationId, communicationsLimit: 1 })).communications, [])
})
