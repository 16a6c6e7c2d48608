import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { capture, kiran, lena, message } from '../../conversations/testing/capture.ts'
import { type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import {
  communicationsWith,
  handsetPath,
  handsetSends,
  handsetShows,
  kioskSends,
  takeNumber,
} from '../testing/phones.ts'

describe('actions', () => {
  let world: World
  let conversationId: string
  let path: string
  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
    await takeNumber(world)
    ;({ conversationId } = await capture(world, message()))
    path = `/v2/Conversations/${conversationId}/Actions`
  })
  after(() => world.close())

  const omar = '+15553330001'
  const sms = (address: string) => ({ address, channel: 'SMS' })
  const action = (payload: object) => ({
    type: 'SEND_MESSAGE',
    payload: { from: sms(kiosk), to: [sms(kiran)], content: { text: 'It left our depot' }, ...payload },
  })
  const done = async ({ id }: Json) => {
    await world.advance()
    return (await world.get(`${path}/${id}`)).body
  }
  const communications = async () =>
    (await world.get(`/v2/Conversations/${conversationId}/Communications?pageSize=1000`)).body.communications

  test('send what they say, once, and echo as a communication', async () => {
    const { status, body } = await world.post(path, action({}))
    assert.equal(status, 202)
    assert.match(body.id, /^conv_action_/)
    const at = '2026-01-05T09:00:00.000Z'
    const pending = { type: 'SEND_MESSAGE', status: 'PENDING', conversationId, related: {} }
    assert.deepEqual(body, {
      id: body.id,
      ...pending,
      createdAt: at,
      updatedAt: at,
      completedAt: null,
      failureReason: null,
    })
    const completed = await done(body)
    assert.deepEqual([completed.status, completed.completedAt], ['COMPLETED', at])
    const { communicationId, messageSid } = completed.related
    const said = (await communications()).filter((one: Json) => one.content.text === 'It left our depot')
    assert.deepEqual(
      said.map((one: Json) => [one.id, one.channelId, one.author.address, one.recipients[0].deliveryStatus]),
      [[communicationId, messageSid, kiosk, 'INITIATED']],
    )
    await world.advance({ seconds: 5 })
    const [after] = (await communications()).filter((one: Json) => one.id === communicationId)
    assert.equal(after.recipients[0].deliveryStatus, 'DELIVERED')
    assert.equal((await handsetShows(world, kiran))[0], 'RECEIVED It left our depot')
    const events = await world.events(conversationId)
    assert.equal(events.filter((event) => event.type === 'COMMUNICATION_CREATED').length, 2)
  })

  test('know the parties by participant, with or without channel', async () => {
    const { body } = await world.get(`/v2/Conversations/${conversationId}/Participants`)
    const idOf = (type: string) => body.participants.find((one: Json) => one.type === type).id
    const made = await world.post(
      path,
      action({ from: { participantId: idOf('AGENT'), channel: 'SMS' }, to: [{ participantId: idOf('CUSTOMER') }] }),
    )
    assert.equal((await done(made.body)).status, 'COMPLETED')
    for (const [payload, field] of [
      [{ to: [] }, 'payload.to'],
      [{ to: [{}] }, 'payload.to[0]'],
      [{ to: [{ participantId: 'kiran' }] }, 'payload.to[0].participantId'],
      [{ from: { address: kiosk } }, 'payload.from.channel'],
      [{ from: { address: kiosk, channel: 'VOICE' } }, 'payload.from.channel'],
      [{ from: { address: 'x', channel: 'RCS' } }, 'payload.to[0].channel'],
      [{ content: {} }, 'payload.content.text'],
      [{ content: { text: 'x', html: 'x' } }, 'payload.content.html'],
      [{ content: { mediaUrls: ['x'] } }, 'payload.content.mediaUrls'],
    ] as const) {
      const refused = await world.post(path, action(payload))
      assert.deepEqual([refused.status, refused.body.params.field], [400, field], JSON.stringify(payload))
    }
  })

  test('pass templates, attachments and channel settings on', async () => {
    const made = await world.post(
      path,
      action({
        content: { contentId: 'HX1', variables: { 1: 'Kiran' }, mediaUrls: ['https://a.example.com/cup.jpg'] },
        channelSettings: { statusCallback: 'https://app.example.com/told', attributes: { any: 'thing' } },
      }),
    )
    const { status, related } = await done(made.body)
    assert.equal(status, 'COMPLETED')
    assert.match(related.messageSid, /^MM/)
    const { body } = await world.get(handsetPath(kiran))
    assert.equal(body.messages[0].body, 'HX1 {"1":"Kiran"}')
    const media = await world.get(`/skein/v1/Communications/${related.communicationId}/Media`)
    assert.equal(media.body.media[0].contentType, 'image/jpeg')
    await world.advance({ seconds: 5 })
    assert.deepEqual(
      world.receiver.received.map((one) => one.body.MessageStatus),
      ['sent', 'delivered'],
    )
  })

  test('send to several as one communication, whose recipients fare each on their own', async () => {
    const made = await world.post(path, action({ to: [sms(kiran), sms('+15005550004'), sms('+15005530003')] }))
    const { status, related } = await done(made.body)
    assert.equal(status, 'COMPLETED')
    const statuses = async () => {
      const [one] = (await communications()).filter(({ id }: Json) => id === related.communicationId)
      return one.recipients.map(({ deliveryStatus }: Json) => deliveryStatus)
    }
    assert.deepEqual(await statuses(), ['INITIATED', 'FAILED', 'INITIATED'])
    await world.advance({ seconds: 5 })
    assert.deepEqual(await statuses(), ['DELIVERED', 'FAILED', 'FAILED'])
  })

  test('fail with a reason, and leave no communication', async () => {
    const before = (await communications()).length
    await handsetSends(world, lena, { body: 'STOP' })
    for (const [payload, reason] of [
      [{ to: [sms(lena)] }, /^21610: /],
      [{ from: sms('+15550009999') }, /^21606: /],
      [
        { from: { address: 'desk', channel: 'CHAT' }, to: [{ address: 'kiran', channel: 'CHAT' }] },
        /^21606: No classic service/,
      ],
    ] as const) {
      const made = await world.post(path, action(payload))
      const failed = await done(made.body)
      assert.equal(failed.status, 'FAILED')
      assert.match(failed.failureReason, reason)
      assert.deepEqual(failed.related, {})
    }
    assert.equal((await communications()).length, before)
  })

  test('send from short codes and names that are the account’s, whose messages are captured both ways', async () => {
    const [code, word] = ['12345', 'KIOSK']
    const captureRules = [
      { from: '*', to: code },
      { from: code, to: '*' },
      { from: word, to: '*' },
    ]
    await world.makeConfiguration({ displayName: 'codes', channelSettings: { SMS: { captureRules } } })
    for (const address of [code, word]) await world.post('/skein/v1/OwnedAddresses', { address })
    const sent = await kioskSends(world, omar, 'Fresh bread', { From: code })
    const answer = await handsetSends(world, omar, { to: code, body: 'Two, please' })
    const said = await communicationsWith(world, sent.sid)
    assert.deepEqual(
      said.map((one: Json) => `${one.author.address}: ${one.content.text}`),
      [`${code}: Fresh bread`, `${omar}: Two, please`],
    )
    const there = `/v2/Conversations/${answer.conversationId}/Actions`
    for (const from of [code, word]) {
      const { body } = await world.post(there, action({ from: sms(from), to: [sms(omar)] }))
      await world.advance()
      assert.equal((await world.get(`${there}/${body.id}`)).body.status, 'COMPLETED')
    }
    const { body } = await world.get(`/v2/Conversations/${answer.conversationId}/Participants`)
    const types = body.participants.map((one: Json) => `${one.type} ${one.addresses[0].address}`)
    assert.deepEqual(types.sort(), [`AGENT ${code}`, `AGENT ${word}`, `CUSTOMER ${omar}`])
  })

  test('open an INACTIVE conversation again, when they have sent', async () => {
    await world.put(`/v2/Conversations/${conversationId}`, { status: 'INACTIVE' })
    const status = async () => (await world.get(`/v2/Conversations/${conversationId}`)).body.status
    const { body } = await world.post(path, action({}))
    assert.equal(await status(), 'INACTIVE')
    assert.equal((await done(body)).status, 'COMPLETED')
    assert.equal(await status(), 'ACTIVE')
  })

  test('send nothing when their conversation was closed before they were carried out', async () => {
    const elsewhere = await capture(world, message({ from: '+15552220001' }))
    const there = `/v2/Conversations/${elsewhere.conversationId}`
    const made = await world.post(`${there}/Actions`, action({ to: [sms('+15552220001')] }))
    assert.equal(made.status, 202)
    await world.put(there, { status: 'CLOSED' })
    await world.advance()
    const { body } = await world.get(`${there}/Actions/${made.body.id}`)
    assert.deepEqual([body.status, body.related], ['FAILED', {}])
    assert.match(body.failureReason, /CLOSED/)
    assert.deepEqual(await handsetShows(world, '+15552220001'), [])
  })

  test('belong to their conversation and account, and are deleted with it', async () => {
    const { body: made } = await world.post(path, action({}))
    await done(made)
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(`${path}/${made.id}`)).status, 404)
    assert.equal((await stranger.post(path, action({}))).status, 404)
    await world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' })
    const closed = await world.post(path, action({}))
    assert.deepEqual([closed.status, closed.body.code], [400, 20001])
    await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
    assert.equal((await world.get(`${path}/${made.id}`)).status, 404)
    assert.ok((await handsetShows(world, kiran)).every((line) => !line.includes('depot')))
  })
})
