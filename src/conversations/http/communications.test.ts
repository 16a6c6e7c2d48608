import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { kiosk, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, lena, message, walk } from '../testing/capture.ts'

const absent = 'conv_communication_01kjpwf268edqrb018tr4sjm6r'
const absentConversation = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
const start = '2026-01-05T09:00:00.000Z'
const call = 'CA0123456789abcdef0123456789abcdef'

const transcription = {
  channel: 0,
  confidence: 0.75,
  engine: 'deepgram',
  words: [{ text: 'Two', startTime: '2026-01-05T08:59:58Z', endTime: '2026-01-05T08:59:58.5Z' }, { text: 'please' }],
}

let world: World
before(async () => {
  world = await openWorld()
  const rules = usualConfiguration.channelSettings.SMS
  await world.makeConfiguration({ channelSettings: { SMS: rules, VOICE: rules } })
})
after(() => world.close())

const pathOf = (conversationId: string) => `/v2/Conversations/${conversationId}/Communications`

describe('a communication', () => {
  it('shows every field of a message, null where nothing is set', async () => {
    const { conversationId, communicationId } = await capture(world, message({ from: lena }))
    const { participants } = (await world.get(`/v2/Conversations/${conversationId}`)).body
    const { status, body } = await world.get(`${pathOf(conversationId)}/${communicationId}`)
    assert.equal(status, 200)
    assert.deepEqual(body, {
      id: communicationId,
      conversationId,
      accountId: world.accountSid,
      author: { address: lena, channel: 'SMS', participantId: participants[0].id },
      content: { type: 'TEXT', text: 'Two flat whites' },
      channelId: null,
      resourceId: null,
      recipients: [{ address: kiosk, channel: 'SMS', participantId: participants[1].id, deliveryStatus: 'DELIVERED' }],
      createdAt: start,
      updatedAt: start,
      occurredAt: start,
    })
  })

  it('shows an utterance with all that is known of its words, as they were given', async () => {
    const { conversationId, communicationId } = await capture(
      world,
      message({
        channel: 'VOICE',
        from: '+15550002001',
        content: { type: 'TRANSCRIPTION', text: 'Two please', transcription },
        channelId: call,
        resourceId: 'GT1/0',
        occurredAt: '2026-01-05T10:59:58.250+02:00',
      }),
    )
    const { body } = await world.get(`${pathOf(conversationId)}/${communicationId}`)
    assert.deepEqual(body.content, { type: 'TRANSCRIPTION', text: 'Two please', transcription })
    assert.equal(body.channelId, call)
    assert.equal(body.resourceId, 'GT1/0')
    assert.equal(body.occurredAt, '2026-01-05T08:59:58.250Z')
    assert.equal(body.createdAt, start)
  })

  it('shows an empty transcription of an utterance of which nothing is known', async () => {
    const content = { type: 'TRANSCRIPTION', text: 'Hm' }
    const item = message({ channel: 'VOICE', from: '+15550002002', content })
    const { conversationId, communicationId } = await capture(world, item)
    const { body } = await world.get(`${pathOf(conversationId)}/${communicationId}`)
    assert.deepEqual(body.content, { ...content, transcription: {} })
  })

  it('shows what has become of it, for each recipient', async () => {
    const { conversationId, communicationId } = await capture(
      world,
      message({ from: kiosk, to: ['+15550002003', '+15550002004'], resourceId: 'SM30' }),
    )
    const look = async () => (await world.get(`${pathOf(conversationId)}/${communicationId}`)).body
    assert.deepEqual(
      (await look()).recipients.map(({ deliveryStatus }: { deliveryStatus: string }) => deliveryStatus),
      ['IN_PROGRESS', 'IN_PROGRESS'],
    )
    await world.advance({ seconds: 5 })
    await world.post('/skein/v1/Traffic', {
      kind: 'DELIVERY',
      channel: 'SMS',
      to: '+15550002004',
      resourceId: 'SM30',
      deliveryStatus: 'READ',
    })
    const { recipients, updatedAt, createdAt } = await look()
    assert.deepEqual(
      recipients.map(({ address, deliveryStatus }: Record<string, string>) => [address, deliveryStatus]),
      [
        ['+15550002003', 'IN_PROGRESS'],
        ['+15550002004', 'READ'],
      ],
    )
    assert.equal(Date.parse(updatedAt) - Date.parse(createdAt), 5_000)
  })

  it('is fetched as it was created', async () => {
    const { conversationId } = await capture(world, message({ from: '+15550002005' }))
    const created = await world.post(pathOf(conversationId), {
      author: { address: '+15550002005', channel: 'SMS' },
      recipients: [{ address: kiosk, channel: 'SMS' }],
      content: { type: 'TEXT', text: 'And a biscuit' },
      channelId: 'CH1',
    })
    assert.equal(created.status, 201, created.text)
    assert.deepEqual((await world.get(`${pathOf(conversationId)}/${created.body.id}`)).body, created.body)
  })

  const unknown: [string, (conversationId: string) => string, RegExp][] = [
    ['when there is none', (id) => `${pathOf(id)}/${absent}`, /^There is no communication conv_communication_01kjpwf/],
    [
      'when the id is of something else',
      (id) => `${pathOf(id)}/${id}`,
      /Its id would begin with conv_communication_\.$/,
    ],
    [
      'in an unknown conversation',
      () => `${pathOf(absentConversation)}/${absent}`,
      /^There is no conversation conv_conversation_01kjpwf170e4ma4jz41b93y214\.$/,
    ],
    [
      'in what is no conversation',
      () => `${pathOf(absent)}/${absent}`,
      /^There is no conversation .* Its id would begin with conv_conversation_\.$/,
    ],
  ]
  for (const [when, path, message404] of unknown) {
    it(`is not found ${when}`, async () => {
      const { conversationId } = await capture(world)
      const { status, body } = await world.get(path(conversationId))
      assert.deepEqual([status, body.code], [404, 20404])
      assert.match(body.message, message404)
    })
  }

  it('is not found in another conversation, nor by another account', async () => {
    const one = await capture(world, message({ from: kiran }))
    const other = await capture(world, message({ from: lena }))
    assert.equal((await world.get(`${pathOf(other.conversationId)}/${one.communicationId}`)).status, 404)
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(`${pathOf(one.conversationId)}/${one.communicationId}`)).status, 404)
    assert.equal((await stranger.get(pathOf(one.conversationId))).status, 404)
  })

  it('is gone as soon as the deletion of its conversation is accepted', async () => {
    const { conversationId, communicationId } = await capture(world, message({ from: '+15550002006' }))
    await world.delete(`/v2/Conversations/${conversationId}`)
    assert.equal((await world.get(`${pathOf(conversationId)}/${communicationId}`)).status, 404)
    assert.equal((await world.get(pathOf(conversationId))).status, 404)
  })
})

describe('the list of communications', () => {
  let conversationId: string
  let path: string
  let customer = 15550003000

  beforeEach(async () => {
    customer += 1
    const sms = { from: `+${customer}` }
    const voice = { ...sms, channel: 'VOICE' }
    const said = [
      { ...sms, occurredAt: '2026-01-05T08:00:03Z', resourceId: `SM${customer}`, channelId: `SM${customer}` },
      { ...voice, occurredAt: '2026-01-05T08:00:01Z', resourceId: `GT${customer}/0`, channelId: `CA${customer}` },
      { ...voice, occurredAt: '2026-01-05T08:00:04Z', resourceId: `GT${customer}/2`, channelId: `CA${customer}` },
      { ...voice, occurredAt: '2026-01-05T08:00:02Z', resourceId: `GT${customer}/1`, channelId: `CA${customer}` },
      { ...voice, occurredAt: '2026-01-05T08:00:02Z', channelId: `CA${customer}` },
      { ...sms, occurredAt: '1969-12-31T23:59:59Z' },
    ]
    for (const [at, item] of said.entries()) {
      const content = { type: 'TEXT', text: String(at) }
      conversationId = (await capture(world, message({ ...item, content }))).conversationId
    }
    path = pathOf(conversationId)
  })

  const textsOf = (pages: { content: { text: string } }[][]) => pages.flat().map(({ content }) => content.text)

  const filters: [string, (customer: number) => string, string[]][] = [
    ['no filter', () => '', ['5', '1', '3', '4', '0', '2']],
    ['a call', (n) => `?channelId=CA${n}`, ['1', '3', '4', '2']],
    ['a resource id', (n) => `?channelId=GT${n}/1`, ['3']],
    ['an id that is both', (n) => `?ChannelId=SM${n}`, ['0']],
    ['an id that nothing has', (n) => `?channelId=XX${n}`, []],
  ]
  for (const [what, query, expected] of filters) {
    it(`shows what ${what} leaves, in the order in which it happened, in pages of any size and either direction`, async () => {
      for (const pageSize of [1, 2, 4, 50]) {
        const pages = await walk(world, path + query(customer), pageSize)
        assert.deepEqual(textsOf(pages), expected, `pages of ${pageSize}`)
        for (const page of pages.slice(0, -1)) assert.equal(page.length, pageSize)
      }
    })
  }

  it('holds whole communications under its key', async () => {
    const { body } = await world.get(path)
    assert.deepEqual(body.meta, { key: 'communications', pageSize: 6, nextToken: null, previousToken: null })
    for (const communication of body.communications) {
      assert.deepEqual(communication, (await world.get(`${path}/${communication.id}`)).body)
    }
  })

  it('is empty for a conversation in which nothing has been said', async () => {
    const configurationId = await world.makeConfiguration()
    const { body } = await world.post('/v2/Conversations', { configurationId })
    const { status, body: listed } = await world.get(pathOf(body.id))
    assert.equal(status, 200)
    assert.deepEqual(listed, {
      meta: { key: 'communications', pageSize: 0, nextToken: null, previousToken: null },
      communications: [],
    })
  })

  const refused: [string, string][] = [
    ['pageSize=0', 'pageSize'],
    ['pageSize=x', 'pageSize'],
    ['channelId=', 'channelId'],
    ['pageToken=x', 'pageToken'],
    [`pageToken=${forgedToken('conversations', 1, 1, '01kjpwf170e4ma4jz41b93y214')}`, 'pageToken'],
    [`pageToken=${forgedToken('communications', 1, '01kjpwf170e4ma4jz41b93y214')}`, 'pageToken'],
    [`pageToken=${forgedToken('communications', 1, 'x', '01kjpwf170e4ma4jz41b93y214')}`, 'pageToken'],
    [`pageToken=${forgedToken('communications', 1, 1, 2)}`, 'pageToken'],
    [`pageToken=${forgedToken('communications', 1, 1, '01', '02')}`, 'pageToken'],
  ]
  for (const [query, field] of refused) {
    it(`refuses ${query}, naming ${field}`, async () => {
      const { status, body } = await world.get(`${path}?${query}`)
      assert.deepEqual([status, body.code, body.params.field], [400, 20001, field])
    })
  }
})
