import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kiran } from '../conversations/testing/capture.ts'
import { inWorld, kiosk } from '../testing/app.ts'
import { handsetSends, takeNumber } from './testing/phones.ts'

const second = '+15559876543'
const captureRules = [
  { from: '*', to: kiosk },
  { from: kiosk, to: '*' },
]
const channelSettings = { SMS: { captureRules }, WHATSAPP: { captureRules }, VOICE: { captureRules } }

for (const [conversationGroupingType, count] of [
  ['GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE', 4],
  ['GROUP_BY_PARTICIPANT_ADDRESSES', 2],
  ['GROUP_BY_PROFILE', 1],
] as const) {
  test(`Kiran's two phones, a call and WhatsApp are ${count} under ${conversationGroupingType}`, () =>
    inWorld({}, async (world) => {
      const memoryStoreId = await world.makeMemoryStore()
      await world.makeConfiguration({ conversationGroupingType, channelSettings, memoryStoreId })
      await takeNumber(world)
      const made = await world.post(`/v1/Stores/${memoryStoreId}/Profiles`, { traits: { Contact: { phone: kiran } } })
      const identifiers = `/v1/Stores/${memoryStoreId}/Profiles/${made.body.id}/Identifiers`
      await world.post(identifiers, { idType: 'phone', value: second })
      await handsetSends(world, kiran, { body: 'Hello' })
      const call = {
        kind: 'STREAM_STARTED',
        channel: 'VOICE',
        from: kiran,
        to: kiosk,
        channelId: `CA${'1'.repeat(32)}`,
      }
      assert.equal((await world.post('/skein/v1/Traffic', call)).body.results[0].outcome, 'CAPTURED')
      await handsetSends(world, `whatsapp:${kiran}`, { body: 'Hello again' })
      await handsetSends(world, second, { body: 'My other phone' })
      assert.equal((await world.get('/v2/Conversations')).body.conversations.length, count)
    }))
}
