import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import { type Json, kiosk, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, lena, message, walk } from '../testing/capture.ts'

const path = '/skein/v1/Conversations'

testOn('SQLite', async () => ({ environment: {}, drop: async () => {} }))
testOn('PostgreSQL', async () => {
  const database: Database = await createDatabase({ fast: true, schema: true })
  return { environment: { SKEIN_DATABASE: database.url }, drop: () => database.drop() }
})

function testOn(name: string, provide: () => Promise<{ environment: Record<string, string>; drop(): Promise<void> }>) {
  describe(`the search of conversations on ${name}`, () => {
    let world: World
    let drop = async () => {}
    const ids: Record<string, string> = {}

    before(async () => {
      const provided = await provide()
      drop = provided.drop
      world = await openWorld(provided.environment)
      const { captureRules } = usualConfiguration.channelSettings.SMS
      ids.kiosk = await world.makeConfiguration({
        channelSettings: { SMS: { captureRules }, WHATSAPP: { captureRules } },
      })
      ids.other = await world.makeConfiguration({ displayName: 'other', channelSettings: {} })
      const first = await capture(
        world,
        message({ resourceId: 'SM1', content: { type: 'TEXT', text: 'A CAFÉ, please' } }),
      )
      await world.put(`/v2/Conversations/${first.conversationId}`, { status: 'CLOSED' })
      ids.closed = first.conversationId
      ids.kiran = (await capture(world, message({ channelId: 'CH1' }))).conversationId
      ids.lena = (
        await capture(world, message({ from: `whatsapp:${lena}`, to: `whatsapp:${kiosk}`, channel: 'WHATSAPP' }))
      ).conversationId
      ids.named = (
        await world.post('/v2/Conversations', { configurationId: ids.other, name: 'Café order 7712' })
      ).body.id
    })
    after(async () => {
      await world?.close()
      await drop()
    })

    const searches: [string, string[]][] = [
      ['', ['named', 'lena', 'kiran', 'closed']],
      ['status=ACTIVE', ['named', 'lena', 'kiran']],
      ['status=ACTIVE&status=CLOSED', ['named', 'lena', 'kiran', 'closed']],
      ['channel=SMS', ['kiran', 'closed']],
      ['channel=SMS&status=CLOSED,INACTIVE', ['closed']],
      ['channel=RCS', []],
      ['configurationId={kiosk}', ['lena', 'kiran', 'closed']],
      ['configurationId={other}&status=ACTIVE', ['named']],
      ['configurationId={kiosk}&status=CLOSED', ['closed']],
      [`address=${encodeURIComponent(kiran)}`, ['kiran', 'closed']],
      [`address=${encodeURIComponent(kiran)}&channelId=CH1`, ['kiran']],
      [`address=${encodeURIComponent(`whatsapp:${lena}`)}`, ['lena']],
      [`address=${encodeURIComponent(kiosk)}&status=ACTIVE&channel=WHATSAPP`, ['lena']],
      ['channelId=SM1', ['closed']],
      ['text=cafe%CC%81', ['named', 'closed']],
      ['text=caf%C3%A9&status=CLOSED', ['closed']],
      ['text=tea', []],
    ]
    for (const [query, expected] of searches) {
      it(`finds ${expected.join(', ') || 'nothing'} by ${query || 'nothing'}, in either direction`, async () => {
        const asked = query.replaceAll(/\{(\w+)\}/g, (_, name) => String(ids[name]))
        const found = (await walk(world, `${path}?${asked}`, 1)).flat().map(({ id }: Json) => id)
        assert.deepEqual(
          found,
          expected.map((one) => ids[one]),
        )
      })
    }

    it('shows who takes part, on which channels, and since when', async () => {
      const { body } = await world.get(`${path}?channelId=CH1`)
      const [{ participants, ...shown }] = body.conversations
      assert.deepEqual(shown, {
        id: ids.kiran,
        configurationId: ids.kiosk,
        configurationName: 'kiosk',
        memoryStoreId: shown.memoryStoreId,
        status: 'ACTIVE',
        name: null,
        channels: ['SMS'],
        createdAt: '2026-01-05T09:00:00.000Z',
        updatedAt: '2026-01-05T09:00:00.000Z',
        lastCommunicationAt: '2026-01-05T09:00:00.000Z',
      })
      const people = new Map(participants.map(({ type, addresses }: Json) => [type, addresses]))
      assert.deepEqual(people.get('CUSTOMER'), [{ channel: 'SMS', address: kiran }])
      assert.deepEqual(people.get('AGENT'), [{ channel: 'SMS', address: kiosk }])
    })

    it('leaves addresses out of the external ids, and forgets them with the conversation', async () => {
      const { body } = await world.post('/v2/Conversations', {
        configurationId: ids.other,
        participants: [{ name: 'Ada', type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: '+15557770000' }] }],
      })
      const found = async () => (await world.get(`${path}?address=%2B15557770000`)).body.conversations.length
      assert.equal(await found(), 1)
      const participant = body.participants[0]
      await world.put(`/v2/Conversations/${body.id}/Participants/${participant.id}`, {
        name: 'Ada',
        type: 'CUSTOMER',
        addresses: [{ channel: 'WHATSAPP', address: '+15557770001' }],
      })
      const changed = (await world.get(`${path}?channel=WHATSAPP&address=%2B15557770001`)).body.conversations
      assert.deepEqual(
        changed.map(({ id }: Json) => id),
        [body.id],
      )
      await world.completed(await world.delete(`/v2/Conversations/${body.id}`))
      assert.equal(await found(), 0)
    })
  })
}

describe('the search of conversations', () => {
  it('refuses what is no status, no configuration and no token of its own, and shows nothing to others', async () => {
    const world = await openWorld()
    try {
      await world.makeConfiguration()
      await capture(world)
      const refusals: [string, string][] = [
        ['status=OPEN', 'status'],
        ['configurationId=conv_x', 'configurationId'],
        ['channel=FAX', 'channel'],
        [`text=${'x'.repeat(201)}`, 'text'],
        [`pageToken=${forgedToken('conversations', 1, '01')}`, 'pageToken'],
      ]
      for (const [query, field] of refusals) {
        const { status, body } = await world.get(`${path}?${query}`)
        assert.deepEqual([status, body.params.field], [400, field], query)
      }
      const stranger = await world.makeStranger()
      assert.deepEqual((await stranger.get(`${path}?address=${encodeURIComponent(kiran)}`)).body.conversations, [])
    } finally {
      await world.close()
    }
  })

  it('goes on where a request has looked at as much as one may', async () => {
    const world = await openWorld({ SKEIN_LIMIT_TRAFFIC_ITEMS: '2000' })
    try {
      await world.makeConfiguration()
      const customers = Array.from({ length: 1_001 }, (_, at) =>
        message({ from: `+1555${String(at).padStart(7, '0')}` }),
      )
      await world.post('/skein/v1/Traffic', [message({ content: { type: 'TEXT', text: 'the needle' } }), ...customers])
      const first = await world.get(`${path}?text=needle`)
      assert.equal(first.body.conversations.length, 0)
      assert.ok(first.body.meta.nextToken)
      const second = await world.get(`${path}?text=needle&pageToken=${first.body.meta.nextToken}`)
      assert.equal(second.body.conversations.length, 1)
      assert.equal(second.body.meta.nextToken, null)
    } finally {
      await world.close()
    }
  })
})
