import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, kiosk, type Received, type World } from '../testing/app.ts'

const bot = 'https://bot.example.com/hook'
const audit = 'https://audit.example.com/hook'

const message = (from: string) => ({ channel: 'SMS', from, to: kiosk, content: { type: 'TEXT', text: 'One espresso' } })

async function say(world: World, from: string): Promise<string> {
  const { body } = await world.post('/skein/v1/Traffic', message(from))
  assert.equal(body.results[0].outcome, 'CAPTURED')
  return body.results[0].conversationId
}

const eventTypes = (received: readonly Received[]) => received.map(({ body }) => body.eventType)
const at = (received: readonly Received[], url: string) => received.filter((one) => one.url.startsWith(url))

function withBot(story: (world: World) => Promise<void>, statusCallbacks: Json[] = [{ url: bot }]): Promise<void> {
  return inWorld({}, async (world) => {
    await world.makeConfiguration({ statusCallbacks })
    await story(world)
  })
}

describe('a status callback', () => {
  it('hears of everything in a conversation, in order, with the resource as the API answers it', () =>
    withBot(async (world) => {
      const id = await say(world, '+15551230001')
      await world.advance()
      const { received } = world.receiver
      assert.deepEqual(eventTypes(received), [
        'CONVERSATION_CREATED',
        'PARTICIPANT_ADDED',
        'PARTICIPANT_ADDED',
        'COMMUNICATION_CREATED',
      ])
      const fetched = await world.get(`/v2/Conversations/${id}`)
      assert.deepEqual(received[0]?.body.data, fetched.body)
      const { body: list } = await world.get(`/v2/Conversations/${id}/Communications`)
      assert.deepEqual(received[3]?.body.data, list.communications[0])
      assert.deepEqual(Object.keys(received[3]?.body), ['eventType', 'timestamp', 'data'])
    }))

  it('hears of every transition with the status of that moment', () =>
    withBot(async (world) => {
      await say(world, '+15551230002')
      await world.advance({ minutes: 60 })
      const updates = world.receiver.received.filter(({ body }) => body.eventType === 'CONVERSATION_UPDATED')
      assert.deepEqual(
        updates.map(({ body }) => body.data.status),
        ['INACTIVE', 'CLOSED'],
      )
    }))

  it('that fails once is tried again after 5 seconds, and what happened since waits behind it', () =>
    withBot(async (world) => {
      let failures = 1
      world.receiver.answer = () => (failures-- > 0 ? { status: 503 } : { status: 200 })
      await say(world, '+15551230003')
      await world.advance()
      assert.deepEqual(eventTypes(world.receiver.received), ['CONVERSATION_CREATED'])
      await world.advance({ seconds: 5 })
      assert.deepEqual(eventTypes(world.receiver.received), [
        'CONVERSATION_CREATED',
        'CONVERSATION_CREATED',
        'PARTICIPANT_ADDED',
        'PARTICIPANT_ADDED',
        'COMMUNICATION_CREATED',
      ])
      const tokens = world.receiver.received.map(({ headers }) => headers['I-Twilio-Idempotency-Token'])
      assert.equal(tokens[0], tokens[1])
      assert.equal(new Set(tokens).size, 4)
    }))

  it('that fails twice parks that event and lets the others pass', () =>
    withBot(async (world) => {
      world.receiver.answer = ({ body }) => ({ status: body.eventType === 'CONVERSATION_CREATED' ? 500 : 200 })
      await say(world, '+15551230004')
      await world.advance({ seconds: 5 })
      const passed = eventTypes(world.receiver.received).filter((type) => type !== 'CONVERSATION_CREATED')
      assert.deepEqual(passed, ['PARTICIPANT_ADDED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'])
      world.receiver.answer = () => ({ status: 200 })
      await world.advance({ minutes: 6 })
      assert.equal(world.receiver.received.at(-1)?.body.eventType, 'CONVERSATION_CREATED')
    }))

  it('is given up after eight attempts over about 28 hours', () =>
    withBot(async (world) => {
      world.receiver.answer = ({ body }) => ({ status: body.eventType === 'PARTICIPANT_ADDED' ? 500 : 200 })
      await say(world, '+15551230005')
      await world.advance({ minutes: 40 * 60 })
      const attempts = world.receiver.received.filter(({ body }) => body.eventType === 'PARTICIPANT_ADDED')
      assert.equal(attempts.length, 2 * 8)
    }))

  it('is not tried again after an answer that is final', () =>
    withBot(async (world) => {
      world.receiver.answer = () => ({ status: 400 })
      await say(world, '+15551230006')
      await world.advance({ minutes: 5 })
      assert.equal(world.receiver.received.length, 4)
    }))

  it('that answers 410 is never called again', () =>
    withBot(async (world) => {
      world.receiver.answer = () => ({ status: 410 })
      await say(world, '+15551230007')
      await world.advance({ minutes: 60 })
      await say(world, '+15551230008')
      await world.advance({ minutes: 60 })
      assert.equal(world.receiver.received.length, 1)
    }))

  it('holds up nobody else when it is dead', () =>
    withBot(
      async (world) => {
        world.receiver.answer = ({ url }) => (url.startsWith(bot) ? { error: 'connect_timeout' } : { status: 200 })
        await say(world, '+15551230009')
        await world.advance()
        assert.equal(at(world.receiver.received, audit).length, 4)
        assert.equal(at(world.receiver.received, bot).length, 1)
      },
      [{ url: bot }, { url: audit }],
    ))

  it('hears nothing more once the conversation’s callbacks are cleared, not even of that change', () =>
    withBot(async (world) => {
      const id = await say(world, '+15551230010')
      await world.advance()
      const before = world.receiver.received.length
      const patched = await world.patch(`/v2/Conversations/${id}`, {
        status: 'INACTIVE',
        configuration: { statusCallbacks: [] },
      })
      assert.equal(patched.status, 200)
      await say(world, '+15551230010')
      await world.advance({ minutes: 60 })
      assert.equal(world.receiver.received.length, before)
    }))

  it('of the conversation itself takes the place of the configuration’s, until set to null', () =>
    withBot(async (world) => {
      const id = await say(world, '+15551230011')
      await world.advance()
      world.receiver.received = []
      await world.patch(`/v2/Conversations/${id}`, { configuration: { statusCallbacks: [{ url: audit }] } })
      await say(world, '+15551230011')
      await world.advance()
      assert.deepEqual(
        world.receiver.received.map(({ url }) => url.split('?')[0]),
        [audit],
      )
      await world.patch(`/v2/Conversations/${id}`, { configuration: { statusCallbacks: null } })
      await say(world, '+15551230011')
      await world.advance()
      assert.ok(world.receiver.received.at(-1)?.url.startsWith(bot))
    }))

  it('whose URL is changed gets what it had not got at the new one, open conversations included', () =>
    inWorld({}, async (world) => {
      const configuration = await world.makeConfiguration({ statusCallbacks: [{ url: bot }] })
      world.receiver.answer = ({ url }) => ({ status: url.startsWith(bot) ? 500 : 200 })
      await say(world, '+15551230012')
      await world.advance()
      const path = `/v2/ControlPlane/Configurations/${configuration}`
      await world.completed(await world.patch(path, { statusCallbacks: [{ url: audit }] }))
      await world.advance({ seconds: 5 })
      assert.deepEqual(eventTypes(at(world.receiver.received, audit)), [
        'CONVERSATION_CREATED',
        'PARTICIPANT_ADDED',
        'PARTICIPANT_ADDED',
        'COMMUNICATION_CREATED',
      ])
    }))

  it('by GET carries the event in the query', () =>
    withBot(
      async (world) => {
        await say(world, '+15551230013')
        await world.advance()
        const [first] = world.receiver.received
        assert.equal(first?.method, 'GET')
        const { searchParams } = new URL(first?.url ?? '')
        assert.equal(searchParams.get('eventType'), 'CONVERSATION_CREATED')
        assert.ok(JSON.parse(searchParams.get('data') ?? '').id.startsWith('conv_conversation_'))
      },
      [{ url: bot, method: 'GET' }],
    ))

  it('that nobody asked for costs nothing: without callbacks no data is written down', () =>
    withBot(async (world) => {
      await say(world, '+15551230014')
      await world.advance()
      assert.equal(world.receiver.received.length, 0)
      assert.ok((await world.events()).every(({ data }) => data === null))
    }, []))
})
