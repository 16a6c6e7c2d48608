import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { kiran } from '../conversations/testing/capture.ts'
import { newSid, wireId } from '../kernel/ids.ts'
import { type Json, kiosk, openWorld, type World } from '../testing/app.ts'
import { actionWork } from './actions.ts'
import type { Carrier } from './carrier.ts'
import type { ObservedMessage } from './domain/message.ts'

const cause = (world: World) => ({ account: world.account, requestId: 'RQ1' })

function outbound(messageId: string): ObservedMessage {
  const said = { from: kiosk, to: [kiran], text: 'Your coffee is ready' }
  return { messageId, channel: 'SMS', direction: 'OUTBOUND', ...said, status: 'queued' }
}

function inbound(messageId: string, more: Partial<ObservedMessage> = {}): ObservedMessage {
  const said = { from: kiran, to: [kiosk], text: 'Two flat whites' }
  return { messageId, channel: 'SMS', direction: 'INBOUND', ...said, status: 'received', ...more }
}

describe('message traffic', () => {
  let world: World
  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
  })
  after(() => world.close())

  const observe = async (message: ObservedMessage) => {
    const [result] = await world.carriers.traffic.observe(cause(world), [message])
    assert.ok(result)
    return result
  }
  const statusOf = async (messageId: string) => {
    const { body } = await world.get(`/v2/Conversations?channelId=${messageId}`)
    const [conversation] = body.conversations
    const { body: list } = await world.get(`/v2/Conversations/${conversation.id}/Communications?channelId=${messageId}`)
    return list.communications[0].recipients[0].deliveryStatus
  }

  test('offers a message once, whatever repeats it', async () => {
    const messageId = newSid('SM')
    assert.equal((await observe(inbound(messageId))).outcome, 'CAPTURED')
    assert.equal((await observe(inbound(messageId))).outcome, 'DUPLICATE')
  })

  test('lets a report that came early wait for its message', async () => {
    const messageId = newSid('SM')
    const { traffic } = world.carriers
    for (const status of ['delivered', 'sent'] as const) {
      const result = await traffic.report(cause(world), { messageId, status, channel: 'SMS', to: kiran })
      assert.equal(result.outcome, 'NOT_CAPTURED')
    }
    await observe(outbound(messageId))
    assert.equal(await statusOf(messageId), 'DELIVERED')
    await traffic.report(cause(world), { messageId, status: 'sent' })
    assert.equal(await statusOf(messageId), 'DELIVERED')
  })

  test('fetches a message that a report speaks of', async () => {
    const messageId = newSid('SM')
    const fetchMessage = async () => outbound(messageId)
    await world.carriers.traffic.report(cause(world), { messageId, status: 'sent' }, { fetchMessage })
    assert.equal(await statusOf(messageId), 'IN_PROGRESS')
  })

  test('leaves alone what no rule captures, fetched or not', async () => {
    const messageId = newSid('SM')
    const fetchMessage = async () => ({ ...outbound(messageId), from: '+15550002222' })
    const report = { messageId, status: 'sent' } as const
    const result = await world.carriers.traffic.report(cause(world), report, { fetchMessage })
    assert.equal(result.outcome, 'NOT_CAPTURED')
  })

  test('keeps attachments as URL and type beside the communication, until the conversation is deleted', async () => {
    const photo = { url: 'https://media.example.com/cup.jpg', contentType: 'image/jpeg' }
    const message = inbound(newSid('SM'), { from: '+15557654321', text: '', media: [photo] })
    const { communicationId, conversationId } = await observe(message)
    const id = wireId('communication', String(communicationId))
    const path = `/skein/v1/Communications/${id}/Media`
    assert.deepEqual((await world.get(path)).body, { communicationId: id, media: [photo] })
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(path)).status, 404)
    await world.completed(await world.delete(`/v2/Conversations/${wireId('conversation', String(conversationId))}`))
    assert.equal((await world.get(path)).status, 404)
  })

  /** Carries out an action in a conversation that no rule fills, by a carrier that sends so. */
  const act = async (to: string[], send: Carrier['send']) => {
    const configurationId = await world.makeConfiguration({ channelSettings: {} })
    const { body } = await world.post('/v2/Conversations', { configurationId })
    const at = (address: string) => ({ address, channel: 'SMS' })
    const payload = { from: at(kiosk), to: to.map(at), content: { text: 'Your coffee is ready' } }
    const made = await world.post(`/v2/Conversations/${body.id}/Actions`, { type: 'SEND_MESSAGE', payload })
    assert.equal(made.status, 202, made.text)
    const { network } = world.carriers.virtual
    const carrierOf = async () => ({ name: 'far', channels: ['SMS'], send }) as const
    const carrying = actionWork({ ...network, carrierOf, wake: () => {} })
    return {
      run: async () => {
        await carrying.tick(await world.now())
        await carrying.stop()
      },
      said: async () => (await world.get(`/v2/Conversations/${body.id}/Communications`)).body.communications,
    }
  }

  test('knows what an action is sending when it is reported of before the carrier’s answer', async () => {
    const messageId = newSid('SM')
    const { traffic } = world.carriers
    const fetchMessage = async () => outbound(messageId)
    const { run, said } = await act([kiran], async () => {
      await traffic.report(cause(world), { messageId, status: 'delivered' }, { fetchMessage })
      return { messageId, status: 'queued' }
    })
    await run()
    const [communication] = await said()
    assert.equal(communication?.resourceId, messageId)
    assert.equal(communication.recipients[0].deliveryStatus, 'DELIVERED')
  })

  test('knows whose message it is when an action has been carried out between its two looks', async () => {
    const ids = [newSid('SM'), newSid('SM')] as const
    let sent = 0
    const { run, said } = await act([kiran, '+15557654322'], async () => {
      sent += 1
      return { messageId: ids[sent - 1] ?? '', status: 'queued' }
    })
    const fetchMessage = async () => {
      await run()
      return undefined
    }
    const report = { messageId: ids[1], status: 'delivered' } as const
    await world.carriers.traffic.report(cause(world), report, { fetchMessage })
    const [{ recipients }] = await said()
    assert.deepEqual(
      recipients.map(({ deliveryStatus }: Json) => deliveryStatus),
      ['INITIATED', 'DELIVERED'],
    )
  })

  test('goes by the carrier’s word in place of the capture rules', async () => {
    const configurationId = await world.makeConfiguration({ displayName: 'bridge', channelSettings: {} })
    const { conversationId } = await observe(inbound(newSid('SM'), { configurationId }))
    const { body } = await world.get(`/v2/Conversations/${wireId('conversation', String(conversationId))}`)
    assert.equal(body.configurationId, configurationId)
  })
})
