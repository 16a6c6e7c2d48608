import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import { type Answer, inWorld, type Json, kiosk, type World } from '../../testing/app.ts'

const path = '/skein/v1/Deliveries'
const url = 'https://hooks.example.test/hook?a=b'
const environment = { SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' }

/** A message to the kiosk, in the conversation of whoever sent it; answers that conversation's id. */
async function message(world: World, from: string, text = 'Hello'): Promise<string> {
  const traffic = { channel: 'SMS', from, to: kiosk, content: { type: 'TEXT', text } }
  const answer = await world.post('/skein/v1/Traffic', traffic)
  assert.equal(answer.body.results[0].outcome, 'CAPTURED', answer.text)
  return answer.body.results[0].conversationId
}

const idsOf = (answer: Answer): string[] => answer.body.deliveries.map(({ id }: Json) => id)

/** A kiosk with a callback, to whom one customer wrote; that conversation's id. */
async function oneMessage(world: World, status = 200): Promise<string> {
  await world.makeConfiguration({ statusCallbacks: [{ url, method: 'POST' }] })
  world.receiver.answer = () => ({ status, body: `answer ${status}` })
  const conversationId = await message(world, '+15550000001')
  await world.advance()
  return conversationId
}

describe('GET /skein/v1/Deliveries', () => {
  it('lists every event that was sent, the newest first', () =>
    inWorld(environment, async (world) => {
      const conversationId = await oneMessage(world)
      const { body } = await world.get(path)
      assert.deepEqual(
        body.deliveries.map(({ eventType, state, attemptCount }: Json) => [eventType, state, attemptCount]),
        [
          ['COMMUNICATION_CREATED', 'DELIVERED', 1],
          ['PARTICIPANT_ADDED', 'DELIVERED', 1],
          ['PARTICIPANT_ADDED', 'DELIVERED', 1],
          ['CONVERSATION_CREATED', 'DELIVERED', 1],
        ],
      )
      const [delivery] = body.deliveries
      assert.equal(delivery.conversationId, conversationId)
      assert.equal(delivery.token, world.receiver.received.at(-1)?.headers['I-Twilio-Idempotency-Token'])
      assert.equal(delivery.requestId, world.receiver.received.at(-1)?.headers['Twilio-Request-Id'])
      assert.deepEqual(body.meta, { key: 'deliveries', pageSize: 4, nextToken: null, previousToken: null })
    }))

  it('is walked in pages in both directions', () =>
    inWorld(environment, async (world) => {
      await oneMessage(world)
      const all = idsOf(await world.get(path))
      const first = await world.get(`${path}?pageSize=3`)
      const second = await world.get(`${path}?pageSize=3&pageToken=${first.body.meta.nextToken}`)
      const back = await world.get(`${path}?pageSize=3&pageToken=${second.body.meta.previousToken}`)
      assert.deepEqual([...idsOf(first), ...idsOf(second)], all)
      assert.deepEqual(idsOf(back), idsOf(first))
    }))

  it('narrows by target, conversation, type, state and time, in any spelling of the names and together', () =>
    inWorld(environment, async (world) => {
      const first = await oneMessage(world)
      await world.advance({ minutes: 1 })
      const between = new Date((await world.now()) - 1000).toISOString()
      world.receiver.answer = ({ body }) => ({ status: body.eventType === 'PARTICIPANT_ADDED' ? 404 : 200 })
      const second = await message(world, '+15550000002')
      await world.advance()
      const [{ targetId }] = (await world.get(path)).body.deliveries
      const count = async (query: string) => (await world.get(`${path}?${query}`)).body.deliveries.length
      const counts: [query: string, expected: number][] = [
        ['', 8],
        [`targetId=${targetId}`, 8],
        [`targetId=${wireId('target', newId())}`, 0],
        [`conversationId=${first}`, 4],
        [`CONVERSATIONID=${second}`, 4],
        ['eventType=PARTICIPANT_ADDED', 4],
        ['state=DEAD', 2],
        ['state=DEAD&state=DELIVERED', 8],
        ['State=DEAD,PENDING', 2],
        [`from=${between}`, 4],
        [`to=${between}`, 4],
        [`from=${between}&to=${between}`, 0],
        [`targetId=${targetId}&conversationId=${second}&eventType=PARTICIPANT_ADDED&state=DELIVERED`, 0],
        [`targetId=${targetId}&conversationId=${second}&eventType=PARTICIPANT_ADDED&from=${between}`, 2],
      ]
      for (const [query, expected] of counts) assert.equal(await count(query), expected, query)
    }))

  for (const [query, field] of [
    ['state=LOST', 'state'],
    ['eventType=DIAGNOSTIC', 'eventType'],
    ['targetId=conv_conversation_1', 'targetId'],
    ['conversationId=x', 'conversationId'],
    ['from=yesterday', 'from'],
    ['to=12', 'to'],
    ['pageToken=x', 'pageToken'],
  ]) {
    it(`refuses ${query}`, () =>
      inWorld({}, async (world) => {
        const answer = await world.get(`${path}?${query}`)
        assert.deepEqual([answer.status, answer.body.params.field], [400, field])
      }))
  }

  it('shows nothing of another account', () =>
    inWorld(environment, async (world) => {
      await oneMessage(world)
      const [id = ''] = idsOf(await world.get(path))
      const stranger = await world.makeStranger()
      assert.deepEqual((await stranger.get(path)).body.deliveries, [])
      assert.equal((await stranger.get(`${path}/${id}`)).status, 404)
      assert.equal((await stranger.post(`${path}/${id}/Replay`)).status, 404)
    }))
})

describe('GET /skein/v1/Deliveries/{id}', () => {
  it('tells every attempt and what is sent', () =>
    inWorld(environment, async (world) => {
      const conversationId = await oneMessage(world, 503)
      await world.advance({ seconds: 5 })
      const id = idsOf(await world.get(path)).at(-1)
      const { body } = await world.get(`${path}/${id}`)
      assert.deepEqual([body.state, body.attemptCount, body.lastStatus], ['PENDING', 2, 503])
      assert.ok(Date.parse(body.nextAttemptAt) > (await world.now()) + 4 * 60_000)
      assert.deepEqual(
        body.attempts.map(({ number, status, error, responseBody }: Json) => [number, status, error, responseBody]),
        [
          [1, 503, null, 'answer 503'],
          [2, 503, null, 'answer 503'],
        ],
      )
      assert.equal(body.attempts[0].url, world.receiver.received[0]?.url)
      assert.equal(body.event.eventType, 'CONVERSATION_CREATED')
      assert.equal(body.event.data.id, conversationId)
      assert.deepEqual(body.event, world.receiver.received[0]?.body)
    }))

  it('tells when a lane tries the delivery again that it waits with', () =>
    inWorld(environment, async (world) => {
      await oneMessage(world, 503)
      const [id] = idsOf(await world.get(path))
      const { body } = await world.get(`${path}/${id}`)
      assert.equal(Date.parse(body.nextAttemptAt), (await world.now()) + 5000)
    }))

  it('tells the trouble of an attempt without an answer', () =>
    inWorld(environment, async (world) => {
      await world.makeConfiguration({ statusCallbacks: [{ url }] })
      world.receiver.answer = () => ({ error: 'connect' })
      await message(world, '+15550000001')
      await world.advance()
      const [id] = idsOf(await world.get(path))
      const { body } = await world.get(`${path}/${id}`)
      const [{ status, error, responseHeaders }] = body.attempts
      assert.deepEqual([status, error, responseHeaders, body.lastError], [null, 'connect', null, 'connect'])
    }))

  it('answers 404 for what is no delivery', () =>
    inWorld({}, async (world) => {
      for (const id of [wireId('delivery', newId()), wireId('target', newId()), 'x']) {
        assert.equal((await world.get(`${path}/${id}`)).status, 404)
      }
    }))

  it('knows nothing any more of a conversation that was deleted', () =>
    inWorld(environment, async (world) => {
      const conversationId = await oneMessage(world)
      const [id] = idsOf(await world.get(path))
      await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
      assert.deepEqual(idsOf(await world.get(path)), [])
      assert.equal((await world.get(`${path}/${id}`)).status, 404)
    }))
})

describe('POST /skein/v1/Deliveries/{id}/Replay', () => {
  it('sends the same event again with the same token', () =>
    inWorld(environment, async (world) => {
      await oneMessage(world, 404)
      const id = idsOf(await world.get(path)).at(-1)
      const { status, body } = await world.post(`${path}/${id}/Replay`)
      assert.deepEqual([status, body.state, body.attempts.length], [200, 'PENDING', 1])

      world.receiver.answer = () => ({ status: 204 })
      await world.advance()
      const [first, last] = [world.receiver.received[0], world.receiver.received.at(-1)]
      assert.equal(first?.text, last?.text)
      assert.equal(first?.headers['I-Twilio-Idempotency-Token'], last?.headers['I-Twilio-Idempotency-Token'])
      const after = (await world.get(`${path}/${id}`)).body
      assert.deepEqual([after.state, after.attemptCount], ['DELIVERED', 2])
    }))

  it('answers 409 when the conversation’s callbacks were cleared', () =>
    inWorld(environment, async (world) => {
      const conversationId = await oneMessage(world, 404)
      const [id] = idsOf(await world.get(path))
      await world.patch(`/v2/Conversations/${conversationId}`, { configuration: { statusCallbacks: [] } })
      const { status, body } = await world.post(`${path}/${id}/Replay`)
      assert.equal(status, 409)
      assert.match(body.message, /no longer has target/)
    }))
})

describe('POST /skein/v1/Deliveries/Replay', () => {
  it('sends again what is dead, and what was delivered only when asked for', () =>
    inWorld(environment, async (world) => {
      const conversationId = await oneMessage(world)
      world.receiver.answer = () => ({ status: 404 })
      await message(world, '+15550000001', 'Are you there?')
      await world.advance()
      const sent = world.receiver.received.length
      const replay = (filter: object) => world.post(`${path}/Replay`, filter)

      assert.deepEqual((await replay({ conversationId })).body, { replayed: 1 })
      world.receiver.answer = () => ({ status: 200 })
      await world.advance()
      assert.equal(world.receiver.received.length, sent + 1)
      assert.equal(world.receiver.received.at(-1)?.body.data.content.text, 'Are you there?')

      assert.deepEqual((await replay({ conversationId })).body, { replayed: 0 })
      assert.deepEqual((await replay({ state: 'DELIVERED', eventType: 'PARTICIPANT_ADDED' })).body, { replayed: 2 })
      assert.deepEqual((await replay({ state: ['DELIVERED'] })).body, { replayed: 3 })
    }))

  for (const [body, problem] of [
    [{}, 'no criterion'],
    [{ state: [] }, 'a criterion that says nothing'],
    [{ status: 'DEAD' }, 'a criterion that does not exist'],
    [{ state: 'LOST' }, 'a state that does not exist'],
    [{ from: 'yesterday' }, 'a time that cannot be read'],
  ] as const) {
    it(`refuses ${problem}`, () =>
      inWorld({}, async (world) => {
        assert.equal((await world.post(`${path}/Replay`, body)).status, 400)
      }))
  }
})
