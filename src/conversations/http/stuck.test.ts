import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, message, walk } from '../testing/capture.ts'

const path = '/skein/v1/Conversations/Stuck'
const start = '2026-01-05T09:00:00.000Z'

describe('the list of stuck conversations', () => {
  let world: World
  let configurationId: string
  let silent: string
  let endless: string

  before(async () => {
    world = await openWorld()
    const { captureRules } = usualConfiguration.channelSettings.SMS
    configurationId = await world.makeConfiguration({
      channelSettings: { ...usualConfiguration.channelSettings, WHATSAPP: { captureRules } },
    })
    silent = (await world.post('/v2/Conversations', { configurationId, name: 'Order 7712' })).body.id
    await world.advance({ minutes: 1 })
    endless = (await capture(world, message({ channel: 'WHATSAPP', from: kiran }))).conversationId
    await capture(world, message({ from: '+15550002001' }))
    await world.advance({ seconds: 30 })
  })
  after(() => world.close())

  it('shows those in which no clock runs, the oldest first, with their age and the reason', async () => {
    const { status, body } = await world.get(path)
    assert.equal(status, 200)
    assert.deepEqual(body, {
      meta: { key: 'conversations', pageSize: 2, nextToken: null, previousToken: null },
      conversations: [
        {
          id: silent,
          configurationId,
          status: 'ACTIVE',
          name: 'Order 7712',
          createdAt: start,
          lastCommunicationAt: null,
          ageSeconds: 90,
          quietSeconds: 90,
          reason: 'Nothing has been communicated, and nobody has an address on a message channel with timeouts.',
        },
        {
          id: endless,
          configurationId,
          status: 'ACTIVE',
          name: null,
          createdAt: '2026-01-05T09:01:00.000Z',
          lastCommunicationAt: '2026-01-05T09:01:00.000Z',
          ageSeconds: 30,
          quietSeconds: 30,
          reason: 'WHATSAPP has no timeouts in the configuration that the conversation pinned.',
        },
      ],
    })
  })

  it('is paged in either direction', async () => {
    const pages = await walk(world, path, 1)
    assert.deepEqual(
      pages.map((page) => page.map(({ id }: Json) => id)),
      [[silent], [endless]],
    )
  })

  it('refuses a token of another list', async () => {
    const { status, body } = await world.get(`${path}?pageToken=${forgedToken('conversations', 1, '01')}`)
    assert.deepEqual([status, body.params.field], [400, 'pageToken'])
  })

  it('shows nothing to another account', async () => {
    const stranger = await world.makeStranger()
    assert.deepEqual((await stranger.get(path)).body.conversations, [])
  })

  it('lets go of those that traffic, the API or a deletion have moved', async () => {
    const idsOf = async () => (await world.get(path)).body.conversations.map(({ id }: Json) => id)
    const made = await world.post('/v2/Conversations', { configurationId })
    assert.deepEqual(await idsOf(), [silent, endless, made.body.id])
    await world.delete(`/v2/Conversations/${made.body.id}`)
    assert.deepEqual(await idsOf(), [silent, endless])
    await world.put(`/v2/Conversations/${endless}`, { status: 'CLOSED' })
    assert.deepEqual(await idsOf(), [silent])
    await capture(world, message({ conversationId: silent }))
    assert.deepEqual(await idsOf(), [])
  })
})
