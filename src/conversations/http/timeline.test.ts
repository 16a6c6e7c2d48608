import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, kiosk, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, lena, message, walk } from '../testing/capture.ts'

const absent = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
const start = '2026-01-05T09:00:00.000Z'
const minute = (at: number) => new Date(Date.parse(start) + at * 60_000).toISOString()
const lifespanEndsAt = '2029-01-05T09:00:00.000Z'

let world: World
let configurationId: string
before(async () => {
  world = await openWorld()
  const { captureRules } = usualConfiguration.channelSettings.SMS
  configurationId = await world.makeConfiguration({
    channelSettings: {
      ...usualConfiguration.channelSettings,
      VOICE: { statusTimeouts: null, captureRules },
      WHATSAPP: { captureRules },
    },
  })
})
after(() => world.close())

const pathOf = (conversationId: string) => `/skein/v1/Conversations/${conversationId}/Timeline`
const clocksOf = async (conversationId: string) => (await world.get(pathOf(conversationId))).body.clocks

describe('the clocks of a conversation', () => {
  it('tell until when each channel holds it, and what comes then', async () => {
    const { conversationId } = await capture(world)
    assert.deepEqual(await clocksOf(conversationId), {
      at: start,
      status: 'ACTIVE',
      channels: [
        {
          channel: 'SMS',
          lastCommunicationAt: start,
          provisional: false,
          liveUntil: minute(15),
          doneAt: minute(60),
          phase: 'LIVE',
        },
      ],
      openStreams: 0,
      quietAt: minute(15),
      endAt: minute(60),
      lifespanEndsAt,
      upcoming: [
        { status: 'INACTIVE', at: minute(15), cause: 'INACTIVE_TIMEOUT' },
        { status: 'CLOSED', at: minute(60), cause: 'CLOSED_TIMEOUT' },
      ],
      heldInactive: false,
      stuck: false,
      stuckReason: null,
    })
  })

  it('are provisional before the first communication', async () => {
    const { body } = await world.post('/v2/Conversations', {
      configurationId,
      participants: [{ addresses: [{ channel: 'SMS', address: '+15550002001' }] }],
    })
    const [channel] = (await clocksOf(body.id)).channels
    assert.deepEqual(channel, {
      channel: 'SMS',
      lastCommunicationAt: null,
      provisional: true,
      liveUntil: minute(15),
      doneAt: minute(60),
      phase: 'LIVE',
    })
  })

  it('have no end in sight while a stream is open', async () => {
    const item = { kind: 'STREAM_STARTED', channel: 'VOICE', from: '+15550002002', to: kiosk, channelId: 'CA1' }
    const { conversationId } = await capture(world, item)
    const clocks = await clocksOf(conversationId)
    assert.equal(clocks.openStreams, 1)
    assert.deepEqual([clocks.quietAt, clocks.endAt, clocks.stuck], [null, null, false])
    assert.deepEqual(clocks.upcoming, [{ status: 'CLOSED', at: lifespanEndsAt, cause: 'LIFESPAN' }])
  })

  it('say that none runs, and why', async () => {
    const { conversationId } = await capture(world, message({ channel: 'WHATSAPP', from: '+15550002003' }))
    const clocks = await clocksOf(conversationId)
    assert.equal(clocks.stuck, true)
    assert.match(clocks.stuckReason, /^WHATSAPP has no timeouts/)
    assert.deepEqual(clocks.upcoming, [{ status: 'CLOSED', at: lifespanEndsAt, cause: 'LIFESPAN' }])
  })

  it('say that the API holds it INACTIVE', async () => {
    const { conversationId } = await capture(world, message({ from: '+15550002004' }))
    await world.put(`/v2/Conversations/${conversationId}`, { status: 'INACTIVE' })
    const clocks = await clocksOf(conversationId)
    assert.equal(clocks.heldInactive, true)
    assert.deepEqual(clocks.upcoming, [{ status: 'CLOSED', at: minute(60), cause: 'CLOSED_TIMEOUT' }])
  })

  it('have nothing more to do once it is CLOSED', async () => {
    const { conversationId } = await capture(world, message({ from: '+15550002005' }))
    await world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' })
    const clocks = await clocksOf(conversationId)
    assert.deepEqual([clocks.status, clocks.upcoming, clocks.stuck], ['CLOSED', [], false])
  })
})

describe('the events of a conversation', () => {
  it('are told in order, with what each is about, when it happened and which request caused it', async () => {
    const first = await world.post('/skein/v1/Traffic', message({ from: lena }))
    const { conversationId, communicationId } = first.body.results[0]
    const { participants } = (await world.get(`/v2/Conversations/${conversationId}`)).body
    const renamed = await world.patch(`/v2/Conversations/${conversationId}`, { name: 'Two flat whites' })
    const { status, body } = await world.get(pathOf(conversationId))
    assert.equal(status, 200)
    assert.equal(body.conversationId, conversationId)
    assert.deepEqual(body.meta, { key: 'events', pageSize: 5, nextToken: null, previousToken: null })
    const requestId = first.headers['twilio-request-id']
    const event = (n: number, type: string, subject: string) => ({
      n,
      type,
      subject,
      at: start,
      requestId,
      status: null,
      cause: null,
      diagnostic: null,
    })
    assert.deepEqual(body.events, [
      event(1, 'CONVERSATION_CREATED', conversationId),
      event(2, 'PARTICIPANT_ADDED', participants[0].id),
      event(3, 'PARTICIPANT_ADDED', participants[1].id),
      event(4, 'COMMUNICATION_CREATED', communicationId),
      { ...event(5, 'CONVERSATION_UPDATED', conversationId), requestId: renamed.headers['twilio-request-id'] },
    ])
  })

  it('are paged in either direction', async () => {
    const { conversationId } = await capture(world, message({ from: '+15550002006' }))
    await capture(world, message({ from: '+15550002006' }))
    for (const pageSize of [1, 2, 3, 50]) {
      const numbers = (await walk(world, pathOf(conversationId), pageSize)).flat().map(({ n }: Json) => n)
      assert.deepEqual(numbers, [1, 2, 3, 4, 5])
    }
  })

  it('include what kept a profile from being found, in words', async () => {
    const created = await world.post('/v2/Conversations', {
      configurationId,
      participants: [{ type: 'CUSTOMER', addresses: [{ channel: 'VIDEO', address: 'room-1' }] }],
    })
    const { body } = await world.get(pathOf(created.body.id))
    const diagnostic = body.events.find(({ type }: Json) => type === 'DIAGNOSTIC')
    assert.equal(diagnostic.subject, created.body.participants[0].id)
    assert.deepEqual(diagnostic.diagnostic, {
      code: 530001,
      message: 'No profile was resolved: the participant’s type never has one, or its address cannot be looked up.',
    })
  })

  const refused: [string, string][] = [
    ['pageSize=0', 'pageSize'],
    ['pageToken=x', 'pageToken'],
    [`pageToken=${forgedToken('events', 1, 'x')}`, 'pageToken'],
    [`pageToken=${forgedToken('events', 1, 1, 2)}`, 'pageToken'],
  ]
  for (const [query, field] of refused) {
    it(`are refused to ${query}`, async () => {
      const { conversationId } = await capture(world, message({ from: kiran }))
      const { status, body } = await world.get(`${pathOf(conversationId)}?${query}`)
      assert.deepEqual([status, body.params.field], [400, field])
    })
  }

  it('are not found where there is no conversation for the account', async () => {
    const { conversationId, communicationId } = await capture(world, message({ from: '+15550002007' }))
    const unknown = await world.get(pathOf(absent))
    assert.deepEqual([unknown.status, unknown.body.message], [404, `There is no conversation ${absent}.`])
    const misnamed = await world.get(pathOf(communicationId))
    assert.match(misnamed.body.message, /Its id would begin with conv_conversation_\.$/)
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(pathOf(conversationId))).status, 404)
    await world.delete(`/v2/Conversations/${conversationId}`)
    assert.equal((await world.get(pathOf(conversationId))).status, 404)
  })
})
