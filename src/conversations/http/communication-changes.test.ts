import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inWorld, type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import { bodyOf, changesSince, converse, fetched, keysHeldBy, participant, statusOf, story } from '../testing/story.ts'

const conversations = '/v2/Conversations'
const absent = 'conv_participant_01kjpwf17ae60tak362xesvjfr'
const pathTo = (conversationId: string) => `${conversations}/${conversationId}/Communications`
const on = (address: string, channel = 'SMS') => ({ channel, address })

/** Kiran asks the kiosk, with `more` beside it or instead. */
const question = (more: object = {}) => ({
  author: on(kiran),
  recipients: [on(kiosk)],
  content: { type: 'TEXT', text: 'Where is my parcel?' },
  ...more,
})

let world: World
let configurationId: string
/** Kiran and the kiosk, closing what they had open before. */
async function opened(): Promise<Json> {
  const { conversations: known } = await bodyOf(world.get(`${conversations}?pageSize=1000`), 200)
  for (const { id } of known) await world.put(`${conversations}/${id}`, { status: 'CLOSED' })
  return converse(world, configurationId, [participant('UNKNOWN', kiran), participant('HUMAN_AGENT', kiosk)])
}

before(async () => {
  world = await openWorld()
  configurationId = await world.makeConfiguration()
})
after(() => world.close())

describe('storing a communication', () => {
  it('finds author and recipients by channel and address, and shows it as it is fetched later', async () => {
    const { id, participants } = await opened()
    const [author, recipient] = participants
    const stored = await bodyOf(
      world.post(
        pathTo(id),
        question({ resourceId: 'SM1', channelId: 'SM1', occurredAt: '2026-01-05T10:30:00+02:00' }),
      ),
      201,
    )
    const now = new Date(await world.now()).toISOString()
    assert.match(stored.id, /^conv_communication_/)
    assert.deepEqual(stored, {
      id: stored.id,
      conversationId: id,
      accountId: world.accountSid,
      author: { ...on(kiran), participantId: author.id },
      recipients: [{ ...on(kiosk), participantId: recipient.id, deliveryStatus: 'DELIVERED' }],
      content: { type: 'TEXT', text: 'Where is my parcel?' },
      channelId: 'SM1',
      resourceId: 'SM1',
      createdAt: now,
      updatedAt: now,
      occurredAt: '2026-01-05T08:30:00.000Z',
    })
    assert.deepEqual(await bodyOf(world.get(`${pathTo(id)}/${stored.id}`), 200), stored)
  })

  it('takes the participant that is named by id', async () => {
    const { id, participants } = await opened()
    const author = { ...on(kiran), participantId: participants[1].id }
    const stored = await bodyOf(world.post(pathTo(id), question({ author })), 201)
    assert.equal(stored.author.participantId, participants[1].id)
    assert.equal((await fetched(world, id)).participants.length, 2)
  })

  it('without occurredAt happened now', async () => {
    const { id } = await opened()
    const stored = await bodyOf(world.post(pathTo(id), question({ occurredAt: null })), 201)
    assert.equal(Date.parse(stored.occurredAt), await world.now())
    assert.deepEqual([stored.channelId, stored.resourceId], [null, null])
  })

  it('adds whoever does not take part yet as UNKNOWN, before it is announced itself', async () => {
    const { id } = await opened()
    const before = (await world.events(id)).length
    const stored = await bodyOf(
      world.post(pathTo(id), question({ author: on(lena), recipients: [on(kiosk), on('+15550009999')] })),
      201,
    )
    assert.deepEqual(await story(world, id, before + 1), [
      'PARTICIPANT_ADDED',
      'PARTICIPANT_ADDED',
      'COMMUNICATION_CREATED',
    ])
    const { participants } = await fetched(world, id)
    assert.deepEqual(
      participants.slice(2).map((one: Json) => [one.id, one.type, one.profileId, one.addresses[0].address]),
      [
        [stored.author.participantId, 'UNKNOWN', null, lena],
        [stored.recipients[1].participantId, 'UNKNOWN', null, '+15550009999'],
      ],
    )
    assert.ok((await keysHeldBy(world, id)).includes('a|tel:+15550001111|tel:+15557654321'))
  })

  it('leaves a key that another conversation holds with its holder', async () => {
    const { id } = await opened()
    const { conversationId } = await capture(world, message({ from: lena }))
    await bodyOf(world.post(pathTo(id), question({ author: on(lena) })), 201)
    assert.deepEqual(await keysHeldBy(world, conversationId), ['a|tel:+15550001111|tel:+15557654321'])
    assert.ok(!(await keysHeldBy(world, id)).includes('a|tel:+15550001111|tel:+15557654321'))
  })

  it('gives a participant the address on which it writes for the first time', async () => {
    const { id, participants } = await opened()
    const before = (await world.events(id)).length
    const spoken = question({ author: on(kiran, 'VOICE'), recipients: [on(kiosk, 'VOICE')] })
    const stored = await bodyOf(world.post(pathTo(id), spoken), 201)
    assert.equal(stored.author.participantId, participants[0].id)
    const now = (await fetched(world, id)).participants
    assert.deepEqual(
      now.map((one: Json) => one.addresses.map(({ channel }: Json) => channel)),
      [
        ['SMS', 'VOICE'],
        ['SMS', 'VOICE'],
      ],
    )
    assert.deepEqual(await story(world, id, before + 1), [
      'PARTICIPANT_UPDATED',
      'PARTICIPANT_UPDATED',
      'COMMUNICATION_CREATED',
    ])
  })

  it('keeps a transcription with its words, and a text without one', async () => {
    const { id } = await opened()
    const transcription = {
      channel: 1,
      confidence: 0.93,
      engine: 'google',
      words: [{ text: 'Hello', startTime: '2026-01-05T09:00:00Z', endTime: '2026-01-05T09:00:01Z' }, { text: 'there' }],
    }
    const content = { type: 'TRANSCRIPTION', text: 'Hello there', transcription }
    const stored = await bodyOf(world.post(pathTo(id), question({ content })), 201)
    assert.deepEqual(stored.content, content)
    assert.deepEqual((await bodyOf(world.get(`${pathTo(id)}/${stored.id}`), 200)).content, content)
    const bare = await bodyOf(world.post(pathTo(id), question({ content: { type: 'TRANSCRIPTION', text: 'Hm' } })), 201)
    assert.deepEqual(bare.content, { type: 'TRANSCRIPTION', text: 'Hm', transcription: {} })
    const text = await bodyOf(
      world.post(pathTo(id), question({ content: { type: 'TEXT', text: 'Hi', transcription } })),
      201,
    )
    assert.deepEqual(text.content, { type: 'TEXT', text: 'Hi' })
  })

  const bad: [string, object, number, RegExp][] = [
    ['without author', { author: undefined }, 20001, /author/],
    ['without content', { content: undefined }, 20001, /content/],
    ['of an unknown type', { content: { type: 'MEDIA', text: '' } }, 20001, /type/],
    ['without recipients', { recipients: [] }, 20001, /recipients/],
    [
      'with 50 recipients',
      { recipients: Array.from({ length: 50 }, (_, at) => on(`+1555000${1000 + at}`)) },
      20001,
      /49/,
    ],
    ['from nobody who takes part', { author: { ...on(kiran), participantId: absent } }, 20001, /author\.participantId/],
    [
      'to nobody who takes part',
      { recipients: [{ ...on(kiosk), participantId: 'x' }] },
      20001,
      /recipients\[0\]\.participantId/,
    ],
    ['from a malformed number', { author: on('5551234567') }, 21614, /author\.address/],
    ['to a malformed number', { recipients: [on(kiosk), on('+1 555')] }, 21614, /recipients\[1\]\.address/],
    ['with an empty resourceId', { resourceId: '' }, 20001, /resourceId/],
    ['that happened on no date', { occurredAt: 'yesterday' }, 20001, /occurredAt/],
    ['on an unknown channel', { author: on(kiran, 'EMAIL') }, 20001, /channel/],
  ]
  for (const [sentence, more, code, says] of bad) {
    it(`refuses one ${sentence} and stores nothing`, async () => {
      const { id } = await opened()
      const before = await world.events(id)
      const body = await bodyOf(world.post(pathTo(id), question(more)), 400)
      assert.equal(body.code, code)
      assert.match(body.message, says)
      assert.deepEqual(await world.events(id), before)
    })
  }

  it('takes 49 recipients', async () => {
    const { id } = await opened()
    const recipients = [on(kiosk), ...Array.from({ length: 48 }, (_, at) => on(`+1555000${1000 + at}`))]
    const stored = await bodyOf(world.post(pathTo(id), question({ recipients })), 201)
    assert.equal(stored.recipients.length, 49)
    assert.equal((await fetched(world, id)).participants.length, 50)
    const crowded = await bodyOf(world.post(pathTo(id), question({ author: on(lena) })), 400)
    assert.match(crowded.message, /50/)
  })

  it('is stored, but takes no keys for newcomers with whom the conversation would hold more than 500', async () => {
    const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => on(`+1555${from + at}`))
    const { id } = await converse(world, configurationId, [
      { type: 'AGENT', addresses: numbers(7_000_000, 20) },
      { type: 'AGENT', addresses: numbers(7_100_000, 5) },
      { type: 'UNKNOWN', addresses: numbers(7_200_000, 19) },
    ])
    const keys = await keysHeldBy(world, id)
    assert.equal(keys.length, 475)
    const author = on('+15557299999')
    await bodyOf(world.post(pathTo(id), question({ author, recipients: numbers(7_000_000, 1) })), 201)
    assert.equal((await fetched(world, id)).participants.length, 4)
    assert.deepEqual(await keysHeldBy(world, id), keys)
  })

  it('answers 404 where there is no conversation, also for another account', async () => {
    const { id } = await opened()
    const stranger = await world.makeStranger()
    assert.equal((await stranger.post(pathTo(id), question())).status, 404)
    assert.equal((await world.post(pathTo('conv_conversation_x'), question())).status, 404)
  })

  it('reopens INACTIVE, restarts the clock of its channel, and is refused by CLOSED with its state', () =>
    inWorld({}, async (own) => {
      const configuration = await own.makeConfiguration()
      const since = await own.now()
      const { id } = await converse(own, configuration, [participant('UNKNOWN', kiran), participant('AGENT', kiosk)])
      await own.advance({ minutes: 20 })
      assert.equal(await statusOf(own, id), 'INACTIVE')
      await bodyOf(own.post(pathTo(id), question({ occurredAt: '2020-01-01T00:00:00Z' })), 201)
      assert.equal(await statusOf(own, id), 'ACTIVE')
      await own.advance({ minutes: 100 })
      assert.deepEqual(await changesSince(own, id, since), [15, 20, 35, 80], 'by our clock, not by when it happened')
      const { code, message: said } = await bodyOf(own.post(pathTo(id), question()), 400)
      assert.equal(code, 20001)
      assert.match(said, /CLOSED/)
    }))
})

describe('a communication whose resourceId the conversation knows', () => {
  it('is updated instead: 201, the same id, COMMUNICATION_UPDATED, and no clock is touched', () =>
    inWorld({}, async (own) => {
      const configuration = await own.makeConfiguration()
      const { id } = await converse(own, configuration, [participant('UNKNOWN', kiran), participant('AGENT', kiosk)])
      const since = await own.now()
      const first = await bodyOf(own.post(pathTo(id), question({ resourceId: 'SM1' })), 201)
      await own.advance({ minutes: 20 })
      const before = (await own.events(id)).length
      const content = { type: 'TEXT', text: 'Where is it?' }
      const again = await bodyOf(own.post(pathTo(id), question({ resourceId: 'SM1', content })), 201)
      assert.equal(again.id, first.id)
      assert.deepEqual(again.content, content)
      assert.deepEqual([again.createdAt, again.occurredAt], [first.createdAt, first.occurredAt])
      assert.notEqual(again.updatedAt, first.updatedAt)
      assert.deepEqual(await story(own, id, before + 1), ['COMMUNICATION_UPDATED'])
      assert.equal(await statusOf(own, id), 'INACTIVE')
      assert.deepEqual(await bodyOf(own.get(`${pathTo(id)}/${first.id}`), 200), again)
      await own.advance({ minutes: 100 })
      assert.deepEqual(await changesSince(own, id, since), [15, 60])
      assert.equal((await own.post(pathTo(id), question({ resourceId: 'SM1' }))).status, 400)
    }))

  it('keeps the delivery status of each recipient that stays', () =>
    inWorld({}, async (own) => {
      const configuration = await own.makeConfiguration()
      const { id } = await converse(own, configuration, [participant('UNKNOWN', kiran), participant('AGENT', kiosk)])
      const sent = { author: on(kiosk), resourceId: 'SM1' }
      await bodyOf(own.post(pathTo(id), question({ ...sent, recipients: [on(kiran), on(lena)] })), 201)
      const report = { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'READ', channel: 'SMS', to: kiran }
      await capture(own, report)
      const again = await bodyOf(own.post(pathTo(id), question({ ...sent, recipients: [on(lena), on(kiran)] })), 201)
      assert.deepEqual(
        again.recipients.map(({ address, deliveryStatus }: Json) => [address, deliveryStatus]),
        [
          [lena, 'DELIVERED'],
          [kiran, 'READ'],
        ],
      )
    }))

  it('may carry the same resourceId in another conversation', async () => {
    const { id } = await opened()
    const other = await converse(world, configurationId, [participant('UNKNOWN', lena)])
    const one = await bodyOf(world.post(pathTo(id), question({ resourceId: 'SMshared' })), 201)
    const two = await bodyOf(world.post(pathTo(other.id), question({ author: on(lena), resourceId: 'SMshared' })), 201)
    assert.notEqual(one.id, two.id)
  })

  it('updates what traffic brought, and traffic repeats nothing that the API stored', async () => {
    const { id } = await opened()
    const { communicationId } = await capture(world, message({ resourceId: 'SMseen' }))
    const updated = await bodyOf(world.post(pathTo(id), question({ resourceId: 'SMseen' })), 201)
    assert.equal(updated.id, communicationId)
    const stored = await bodyOf(world.post(pathTo(id), question({ resourceId: 'SMapi' })), 201)
    const { results } = await bodyOf(world.post('/skein/v1/Traffic', message({ resourceId: 'SMapi' })), 200)
    assert.deepEqual([results[0].outcome, results[0].communicationId], ['DUPLICATE', stored.id])
  })
})
