import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../testing/app.ts'
import { handsetSends, kioskSends, takeNumber } from './testing/phones.ts'

const sends = 150
const customer = (n: number) => `+1555${String(2_000_000 + n)}`
const everybody = Array.from({ length: sends }, (_, n) => customer(n))

async function conversations(world: World): Promise<Json[]> {
  return (await world.get('/v2/Conversations?pageSize=1000')).body.conversations
}

test('messages that are sent at once make a conversation each, which the replies join', () =>
  inWorld({}, async (world) => {
    await world.makeConfiguration()
    await takeNumber(world)
    await Promise.all(everybody.map((to) => kioskSends(world, to, 'Fresh bread')))
    const made = await conversations(world)
    assert.equal(made.length, sends)
    await world.advance({ seconds: 5 })
    await Promise.all(everybody.map((from) => handsetSends(world, from, { body: 'Two, please' })))
    const now = await conversations(world)
    assert.deepEqual(now.map(({ id }) => id).sort(), made.map(({ id }) => id).sort())
    const { body } = await world.get(`/v2/Conversations/${now[0].id}/Communications`)
    assert.deepEqual(
      body.communications.map((one: Json) => [one.content.text, one.recipients[0].deliveryStatus]),
      [
        ['Fresh bread', 'DELIVERED'],
        ['Two, please', 'DELIVERED'],
      ],
    )
  }))

test('actions that are asked for at once are carried out a few at a time, each in its conversation', () =>
  inWorld({}, async (world) => {
    const configurationId = await world.makeConfiguration()
    await takeNumber(world)
    const sms = (address: string) => ({ address, channel: 'SMS' })
    const asked = await Promise.all(
      everybody.map(async (to) => {
        const participants = [
          { type: 'CUSTOMER', addresses: [sms(to)] },
          { type: 'AI_AGENT', addresses: [sms(kiosk)] },
        ]
        const { body } = await world.post('/v2/Conversations', { configurationId, participants })
        const path = `/v2/Conversations/${body.id}/Actions`
        const payload = { from: sms(kiosk), to: [sms(to)], content: { text: 'Fresh bread' } }
        const action = await world.post(path, { type: 'SEND_MESSAGE', payload })
        return `${path}/${action.body.id}`
      }),
    )
    const { ran } = await world.advance({ seconds: 5 })
    assert.equal(ran.actions, sends)
    const actions = await Promise.all(asked.map(async (path) => (await world.get(path)).body))
    assert.ok(actions.every(({ status }) => status === 'COMPLETED'))
    assert.equal(new Set(actions.map(({ related }) => related.messageSid)).size, sends)
    await Promise.all(everybody.map((from) => handsetSends(world, from, { body: 'Two, please' })))
    assert.equal((await conversations(world)).length, sends)
  }))
