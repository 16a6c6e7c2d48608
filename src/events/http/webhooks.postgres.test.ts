import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import { type Json, kiosk, openWorld, type World } from '../../testing/app.ts'

const url = 'https://hooks.example.test/hook'
const path = '/skein/v1/Deliveries'

describe('webhooks on PostgreSQL', () => {
  let database: Database
  let world: World
  const conversations: string[] = []

  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url, SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' })
    await world.makeConfiguration({ statusCallbacks: [{ url }] })
    for (const from of ['+15550000001', '+15550000002']) {
      const traffic = { channel: 'SMS', from, to: kiosk, content: { type: 'TEXT', text: 'Hello' } }
      const { body } = await world.post('/skein/v1/Traffic', traffic)
      conversations.push(body.results[0].conversationId)
      world.receiver.answer = ({ body }) => ({ status: body.eventType === 'PARTICIPANT_ADDED' ? 404 : 200 })
      await world.advance({ seconds: 1 })
    }
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  const list = async (query: string): Promise<Json> => (await world.get(`${path}?${query}`)).body
  const idsOf = (body: Json): string[] => body.deliveries.map(({ id }: Json) => id)

  it('lists deliveries by whatever they are narrowed to, page by page in both directions', async () => {
    const queries: [query: string, expected: number][] = [
      ['', 8],
      ['state=DEAD', 4],
      [`conversationId=${conversations[0]}`, 4],
      [`conversationId=${conversations[1]}&state=DELIVERED`, 2],
      ['eventType=COMMUNICATION_CREATED', 2],
    ]
    for (const [query, expected] of queries) {
      const all = idsOf(await list(query))
      assert.equal(all.length, expected, query)
      const first = await list(`${query}&pageSize=1`)
      const second = await list(`${query}&pageSize=1&pageToken=${first.meta.nextToken}`)
      assert.deepEqual([...idsOf(first), ...idsOf(second)], all.slice(0, 2))
      assert.deepEqual(idsOf(await list(`${query}&pageSize=1&pageToken=${second.meta.previousToken}`)), all.slice(0, 1))
    }
  })

  it('replays one and many', async () => {
    world.receiver.answer = () => ({ status: 503 })
    const [id] = idsOf(await list('state=DEAD'))
    assert.equal((await world.post(`${path}/${id}/Replay`)).status, 200)
    await world.advance()
    const { body } = await world.get(`${path}/${id}`)
    assert.deepEqual([body.state, body.attempts.length], ['PENDING', 2])

    const [target] = (await world.get('/skein/v1/Targets')).body.targets
    assert.deepEqual([target.backlog.conversations, target.backlog.retries, target.failures], [0, 1, 1])

    world.receiver.answer = () => ({ status: 200 })
    assert.deepEqual((await world.post(`${path}/Replay`, { targetId: target.id })).body, { replayed: 4 })
    await world.advance()
    assert.equal(idsOf(await list('state=DELIVERED')).length, 8)
  })

  it('holds what happens while a target is disabled', async () => {
    const [{ id }] = (await world.get('/skein/v1/Targets')).body.targets
    await world.post(`/skein/v1/Targets/${id}/Disable`)
    await world.advance({ minutes: 60 })
    assert.equal((await world.get(`/skein/v1/Targets/${id}`)).body.backlog.conversations, 2)
    await world.post(`/skein/v1/Targets/${id}/Enable`)
    await world.advance()
    assert.equal(idsOf(await list('eventType=CONVERSATION_UPDATED&state=DELIVERED')).length, 4)
  })

  it('forgets deliveries and then histories', async () => {
    const days = async (count: number) => world.advance({ minutes: count * 24 * 60 })
    await days(31)
    assert.deepEqual(idsOf(await list('')), [])
    await days(1)
    assert.deepEqual(await world.events(), [])
  })
})
