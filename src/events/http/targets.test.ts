import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'

const path = '/skein/v1/Targets'
const url = 'https://hooks.example.test/hook'
const environment = { SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' }

async function message(world: World, from = '+15550000001'): Promise<void> {
  const traffic = { channel: 'SMS', from, to: kiosk, content: { type: 'TEXT', text: 'Hello' } }
  const answer = await world.post('/skein/v1/Traffic', traffic)
  assert.equal(answer.body.results[0].outcome, 'CAPTURED', answer.text)
}

/** A configuration with one callback; wire ids of both. */
async function oneTarget(world: World, method = 'POST') {
  const configurationId = await world.makeConfiguration({ statusCallbacks: [{ url, method }] })
  const [{ id }] = (await world.get(path)).body.targets
  return { configurationId, id: String(id) }
}

const fetch = async (world: World, id: string): Promise<Json> => (await world.get(`${path}/${id}`)).body

describe('targets', () => {
  it('show where callbacks go, whose they are and that nothing waits', () =>
    inWorld(environment, async (world) => {
      const { configurationId, id } = await oneTarget(world)
      assert.deepEqual(await fetch(world, id), {
        id,
        owner: { kind: 'configuration', id: configurationId },
        url,
        method: 'POST',
        state: 'ACTIVE',
        disabledReason: null,
        disabledAt: null,
        failingSince: null,
        failures: 0,
        lastSuccessAt: null,
        lastFailureAt: null,
        backlog: { conversations: 0, retries: 0, more: false, oldestAt: null },
        createdAt: new Date(await world.now()).toISOString(),
        removedAt: null,
      })
    }))

  it('show how they fare and what waits for them', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      const began = new Date(await world.now()).toISOString()
      world.receiver.answer = () => ({ status: 503 })
      await message(world)
      await message(world, '+15550000002')
      await world.advance({ seconds: 1 })
      const failing = await fetch(world, id)
      assert.deepEqual([failing.failures, failing.failingSince, failing.lastFailureAt], [2, began, began])
      assert.deepEqual(failing.backlog, { conversations: 2, retries: 2, more: false, oldestAt: began })

      world.receiver.answer = () => ({ status: 200 })
      await world.advance({ minutes: 1 })
      const working = await fetch(world, id)
      assert.deepEqual([working.failures, working.failingSince], [0, null])
      assert.ok(working.lastSuccessAt > began)
      assert.deepEqual(working.backlog, { conversations: 0, retries: 0, more: false, oldestAt: null })
    }))

  it('are listed in pages, without those that were removed', () =>
    inWorld(environment, async (world) => {
      const { configurationId, id } = await oneTarget(world)
      const second = await world.makeConfiguration({ statusCallbacks: [{ url: `${url}/2` }, { url: `${url}/3` }] })
      const urls = async (query = '') => {
        const { body } = await world.get(`${path}${query}`)
        return { urls: body.targets.map((target: Json) => target.url), meta: body.meta }
      }
      const first = await urls('?pageSize=2')
      assert.deepEqual(first.urls.sort(), [`${url}/2`, `${url}/3`])
      const next = await urls(`?pageSize=2&pageToken=${first.meta.nextToken}`)
      assert.deepEqual(next.urls, [url])
      assert.equal((await urls(`?pageSize=2&pageToken=${next.meta.previousToken}`)).urls.length, 2)

      for (const owner of [configurationId, second]) {
        await world.completed(await world.patch(`/v2/ControlPlane/Configurations/${owner}`, { statusCallbacks: [] }))
      }
      assert.deepEqual((await urls()).urls, [])
      assert.notEqual((await fetch(world, id)).removedAt, null)
    }))

  it('go with the conversation whose own they are', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      await message(world)
      const [conversation] = (await world.get('/v2/Conversations')).body.conversations
      const callbacks = { configuration: { statusCallbacks: [{ url: `${url}/own` }] } }
      assert.equal((await world.patch(`/v2/Conversations/${conversation.id}`, callbacks)).status, 200)
      const owners = async () => (await world.get(path)).body.targets.map(({ owner }: Json) => owner.kind)
      assert.deepEqual(await owners(), ['conversation', 'configuration'])
      await world.completed(await world.delete(`/v2/Conversations/${conversation.id}`))
      assert.deepEqual(await owners(), ['configuration'])
      assert.equal((await world.get(`${path}/${id}`)).status, 200)
    }))

  it('wait while they are disabled and go on where they were', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      const disabled = await world.post(`${path}/${id}/Disable`)
      assert.deepEqual([disabled.body.state, disabled.body.disabledReason], ['DISABLED', 'Disabled by request.'])
      await message(world)
      await world.advance({ minutes: 10 })
      assert.equal(world.receiver.received.length, 0)
      assert.equal((await fetch(world, id)).backlog.conversations, 1)

      const enabled = await world.post(`${path}/${id}/Enable`)
      assert.deepEqual(
        [enabled.body.state, enabled.body.disabledReason, enabled.body.disabledAt],
        ['ACTIVE', null, null],
      )
      await world.advance()
      assert.deepEqual(
        world.receiver.received.map(({ body }) => body.eventType),
        ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'],
      )
    }))

  it('forget their failures when they are enabled', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      world.receiver.answer = () => ({ status: 410 })
      await message(world)
      await world.advance()
      const gone = await fetch(world, id)
      assert.deepEqual([gone.state, gone.disabledReason, gone.failures], ['DISABLED', 'It answered 410 Gone.', 1])
      const { body } = await world.post(`${path}/${id}/Enable`)
      assert.deepEqual([body.state, body.failures, body.failingSince], ['ACTIVE', 0, null])
    }))

  it('refuse every change once they are removed', () =>
    inWorld(environment, async (world) => {
      const { configurationId, id } = await oneTarget(world)
      await world.completed(
        await world.patch(`/v2/ControlPlane/Configurations/${configurationId}`, { statusCallbacks: [] }),
      )
      for (const verb of ['Disable', 'Enable', 'Test']) {
        assert.equal((await world.post(`${path}/${id}/${verb}`)).status, 409, verb)
      }
    }))

  it('are unknown to other accounts, as is what never was', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      const stranger = await world.makeStranger()
      assert.deepEqual((await stranger.get(path)).body.targets, [])
      for (const [client, unknown] of [
        [stranger, id],
        [world, wireId('target', newId())],
        [world, 'x'],
      ] as const) {
        assert.equal((await client.get(`${path}/${unknown}`)).status, 404)
        for (const verb of ['Disable', 'Enable', 'Test']) {
          assert.equal((await client.post(`${path}/${unknown}/${verb}`)).status, 404, verb)
        }
      }
    }))

  it('refuse a page token of another list', () =>
    inWorld({}, async (world) => {
      assert.equal((await world.get(`${path}?pageToken=WzFd`)).status, 400)
    }))
})

describe('POST /skein/v1/Targets/{id}/Test', () => {
  for (const method of ['POST', 'GET']) {
    it(`sends a signed event by ${method} and tells how it went, which the target itself forgets`, () =>
      inWorld(environment, async (world) => {
        const { id } = await oneTarget(world, method)
        world.receiver.answer = () => ({ status: 418, body: 'a teapot' })
        const { status, headers, body } = await world.post(`${path}/${id}/Test`)
        assert.equal(status, 200)
        assert.deepEqual([body.status, body.error, body.responseBody], [418, null, 'a teapot'])
        const [received] = world.receiver.received
        assert.equal(received?.method, method)
        assert.match(received?.headers['X-Twilio-Signature'] ?? '', /=$/)
        assert.match(received?.headers['webhook-signature'] ?? '', /^v1,/)
        assert.equal(received?.headers['Twilio-Request-Id'], headers['twilio-request-id'])
        assert.equal(body.url, received?.url)
        if (method === 'POST') {
          assert.equal(received?.body.eventType, 'SKEIN_TEST')
          assert.deepEqual(received?.body.data, { id, accountId: world.accountSid })
        }
        const target = await fetch(world, id)
        assert.deepEqual([target.failures, target.lastFailureAt], [0, null])
        assert.deepEqual((await world.get('/skein/v1/Deliveries')).body.deliveries, [])
      }))
  }

  it('reaches a disabled target and tells the trouble on the way', () =>
    inWorld(environment, async (world) => {
      const { id } = await oneTarget(world)
      await world.post(`${path}/${id}/Disable`)
      world.receiver.answer = () => ({ error: 'connect_timeout' })
      const { body } = await world.post(`${path}/${id}/Test`)
      assert.deepEqual([body.status, body.error], [null, 'connect_timeout'])
      assert.equal((await fetch(world, id)).state, 'DISABLED')
    }))
})
