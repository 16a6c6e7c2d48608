import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type twilio from 'twilio'
import type { Carrier } from '../../carriers/carrier.ts'
import { handsetShows, takeNumber } from '../../carriers/testing/phones.ts'
import { callForm, callSink, connectTwilio, farAccount } from '../../carriers/testing/twilio.ts'
import { type Json, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { ClassicSending } from '../sending.ts'
import { sendingByCarrierId, sendingsDue } from '../sending-rows.ts'
import { officialClient } from '../testing/official-client.ts'

/** A promise, and what fulfils it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** What must hold of a bridged service, driven by the official client, whatever the database. */
export function bridgeSuite(environment: () => Promise<Record<string, string>>): void {
  let world: World
  let client: twilio.Twilio
  let serviceSid: string
  let configurationId: string

  before(async () => {
    world = await openWorld(await environment())
    client = officialClient(world.app, world)
    serviceSid = (await client.conversations.v1.services.create({ friendlyName: 'kiosk' })).sid
    configurationId = await world.makeConfiguration({
      channelSettings: {
        ...usualConfiguration.channelSettings,
        CHAT: { statusTimeouts: { inactive: 15, closed: 60 } },
      },
      conversationsV1Bridge: { serviceId: serviceSid },
    })
  })
  after(() => world?.close())

  const service = () => client.conversations.v1.services(serviceSid)
  let count = 0
  /** A classic conversation between a customer and an agent of this test alone. */
  const chat = async () => {
    count += 1
    const { sid } = await service().conversations.create({ friendlyName: `chat ${count}` })
    const conversation = service().conversations(sid)
    const [customer, agent] = [`kiran-${count}`, `robin-${count}`]
    await conversation.participants.create({ identity: customer })
    const roles = await service().roles.list()
    const roleSid = roles.find(({ friendlyName }) => friendlyName === 'agent')?.sid ?? ''
    await conversation.participants.create({ identity: agent, roleSid })
    return { sid, conversation, customer, agent }
  }
  /** A classic conversation of a bound phone and an agent. */
  const boundPhone = async () => {
    count += 1
    const [phone, proxy] = [`+1555777${1000 + count}`, `+1555666${1000 + count}`]
    const { sid } = await service().conversations.create({})
    const conversation = service().conversations(sid)
    await conversation.participants.create({
      'messagingBinding.address': phone,
      'messagingBinding.proxyAddress': proxy,
    })
    await conversation.participants.create({ identity: 'robin', attributes: '{"participantType":"HUMAN_AGENT"}' })
    return { sid, conversation, phone, proxy }
  }
  /** The loop of a node, whose carrier sends in this way. */
  const sendingBy = (send: Carrier['send']) => {
    const { store, carriers } = world
    const { intake } = carriers.virtual.network
    const through = Object.assign(Object.create(carriers), { of: async () => ({ name: 'any', channels: [], send }) })
    return new ClassicSending({ store, intake, carriers: () => through })
  }
  const bridgedTo = async (sid: string): Promise<Json> => {
    const { body } = await world.get(`/v2/Conversations?channelId=${sid}`)
    assert.equal(body.conversations.length, 1, 'the classic SID finds exactly one conversation')
    return body.conversations[0]
  }
  const said = async (id: string): Promise<Json[]> =>
    (await world.get(`/v2/Conversations/${id}/Communications`)).body.communications

  test('a chat is a conversation as soon as two take part, each with a type', async () => {
    const { sid, customer, agent } = await chat()
    const bridged = await bridgedTo(sid)
    assert.equal(bridged.configurationId, configurationId)
    assert.equal(bridged.name, `chat ${count}`)
    const { body } = await world.get(`/v2/Conversations/${bridged.id}/Participants`)
    assert.deepEqual(
      body.participants.map(({ type, addresses }: Json) => [type, addresses[0].channel, addresses[0].address]),
      [
        ['CUSTOMER', 'CHAT', customer],
        ['HUMAN_AGENT', 'CHAT', agent],
      ],
    )
  })

  test('what is written classic is a communication at once, with its SIDs', async () => {
    const { sid, conversation, customer, agent } = await chat()
    const message = await conversation.messages.create({ author: customer, body: 'Is the kiosk open?' })
    assert.equal(message.index, 0)
    assert.equal(message.chatServiceSid, serviceSid)
    const [communication, ...others] = await said((await bridgedTo(sid)).id)
    assert.equal(others.length, 0)
    assert.equal(communication.content.text, 'Is the kiosk open?')
    assert.equal(communication.author.address, customer)
    assert.equal(communication.author.channel, 'CHAT')
    assert.equal(communication.recipients[0].address, agent)
    assert.equal(communication.resourceId, message.sid)
    assert.equal(communication.channelId, sid)
    assert.equal((await world.get(`/skein/v1/Communications/${communication.id}/Trace`)).body.trace.mode, 'BRIDGE')
  })

  test('what is written in the conversation is a classic message, once', async () => {
    const { sid, conversation, customer, agent } = await chat()
    await conversation.messages.create({ author: customer, body: 'Is the kiosk open?' })
    const { id } = await bridgedTo(sid)
    const answered = await world.post(`/v2/Conversations/${id}/Communications`, {
      author: { address: agent, channel: 'CHAT' },
      recipients: [{ address: customer, channel: 'CHAT' }],
      content: { type: 'TEXT', text: 'Until six.' },
    })
    assert.equal(answered.status, 201, answered.text)
    const messages = await conversation.messages.list()
    assert.deepEqual(
      messages.map(({ index, author, body }) => [index, author, body]),
      [
        [0, customer, 'Is the kiosk open?'],
        [1, agent, 'Until six.'],
      ],
    )
    const participants = await conversation.participants.list()
    assert.equal(messages[1]?.participantSid, participants.find(({ identity }) => identity === agent)?.sid)
    assert.equal((await said(id)).length, 2)
  })

  test('an action on chat is a classic message, once and under its id', async () => {
    const { sid, conversation, customer, agent } = await chat()
    await conversation.messages.create({ author: customer, body: 'Do you have oat milk?' })
    const { id } = await bridgedTo(sid)
    const send = async (more: object = {}) => {
      const payload = {
        from: { address: agent, channel: 'CHAT' },
        to: [{ address: customer, channel: 'CHAT' }],
        content: { text: 'We do.' },
        ...more,
      }
      const made = await world.post(`/v2/Conversations/${id}/Actions`, { type: 'SEND_MESSAGE', payload })
      assert.equal(made.status, 202, made.text)
      await world.advance()
      return (await world.get(`/v2/Conversations/${id}/Actions/${made.body.id}`)).body
    }
    const { status, related } = await send({ channelSettings: { channelId: sid } })
    assert.equal(status, 'COMPLETED')
    const message = await conversation.messages(related.messageSid).fetch()
    assert.deepEqual([message.author, message.body], [agent, 'We do.'])
    const [, answer, ...more] = await said(id)
    assert.deepEqual([answer?.id, answer?.channelId, more.length], [related.communicationId, sid, 0])
    assert.equal((await conversation.messages.list()).length, 2)
    const elsewhere = await send({ channelSettings: { channelId: 'CH0' } })
    assert.match(elsewhere.failureReason, /^21606: /)
    assert.equal((await send()).status, 'COMPLETED')
    assert.equal((await conversation.messages.list()).length, 3)
  })

  test('chat that begins in the conversation begins a classic one', async () => {
    const made = await world.post('/v2/Conversations', {
      configurationId,
      name: 'From the website',
      participants: [
        { type: 'CUSTOMER', addresses: [{ channel: 'CHAT', address: 'visitor-1' }] },
        { type: 'AI_AGENT', addresses: [{ channel: 'CHAT', address: 'bot' }] },
      ],
    })
    assert.equal(made.status, 201, made.text)
    const [newest] = await service().conversations.list({ limit: 1 })
    assert.equal(newest?.friendlyName, 'From the website')
    assert.equal((await bridgedTo(newest?.sid ?? '')).id, made.body.id)
    const identities = (
      await service()
        .conversations(newest?.sid ?? '')
        .participants.list()
    ).map((one) => one.identity)
    assert.deepEqual(identities, ['visitor-1', 'bot'])
    await service()
      .conversations(newest?.sid ?? '')
      .messages.create({ author: 'visitor-1', body: 'Hello' })
    assert.equal((await said(made.body.id)).length, 1)
  })

  test('a participant who joins or leaves on one side does on the other', async () => {
    const { sid, conversation } = await chat()
    const { id } = await bridgedTo(sid)
    const supervisor = await conversation.participants.create({
      identity: `sam-${count}`,
      attributes: '{"participantType":"AI_AGENT"}',
    })
    const people = async () => (await world.get(`/v2/Conversations/${id}/Participants`)).body.participants
    assert.equal((await people())[2].type, 'AI_AGENT')
    await conversation.participants(supervisor.sid).remove()
    assert.equal((await people()).length, 2)
    const added = await world.post(`/v2/Conversations/${id}/Participants`, {
      type: 'HUMAN_AGENT',
      addresses: [{ channel: 'CHAT', address: `toni-${count}` }],
    })
    assert.equal(added.status, 201, added.text)
    const identities = async () => (await conversation.participants.list()).map(({ identity }) => identity)
    assert.ok((await identities()).includes(`toni-${count}`))
    await world.delete(`/v2/Conversations/${id}/Participants/${added.body.id}`)
    assert.ok(!(await identities()).includes(`toni-${count}`))
  })

  test('a classic conversation outlives the one it was bridged to, and begins the next', async () => {
    const { sid, conversation, customer } = await chat()
    await conversation.messages.create({ author: customer, body: 'One' })
    const first = await bridgedTo(sid)
    await world.advance({ minutes: 61 })
    await conversation.messages.create({ author: customer, body: 'Two' })
    const { body } = await world.get(`/v2/Conversations?channelId=${sid}`)
    assert.deepEqual(
      body.conversations.map(({ id, status }: Json) => [id === first.id, status]),
      [
        [false, 'ACTIVE'],
        [true, 'CLOSED'],
      ],
    )
    assert.deepEqual(
      (await said(body.conversations[0].id)).map(({ content }: Json) => content.text),
      ['Two'],
    )
    assert.equal((await conversation.messages.list()).length, 2)
  })

  test('two classic conversations of the same two people are one conversation, and each hears what is said in it', async () => {
    const { sid, conversation, customer, agent } = await chat()
    await conversation.messages.create({ author: customer, body: 'One' })
    const again = await service().conversations.create({})
    const second = service().conversations(again.sid)
    await second.participants.create({ identity: customer })
    await second.participants.create({ identity: agent, attributes: '{"participantType":"HUMAN_AGENT"}' })
    await second.messages.create({ author: customer, body: 'Two' })
    const { id } = await bridgedTo(sid)
    assert.equal((await bridgedTo(again.sid)).id, id)
    await world.post(`/v2/Conversations/${id}/Communications`, {
      author: { address: agent, channel: 'CHAT' },
      recipients: [{ address: customer, channel: 'CHAT' }],
      content: { type: 'TEXT', text: 'Three' },
      channelId: sid,
    })
    assert.deepEqual(
      (await conversation.messages.list()).map(({ body }) => body),
      ['One', 'Three'],
    )
    assert.deepEqual(
      (await second.messages.list()).map(({ body }) => body),
      ['Two'],
    )
  })

  test('closing the classic conversation closes the other; nothing can be said in it any more', async () => {
    const { sid, conversation, customer } = await chat()
    await conversation.messages.create({ author: customer, body: 'Bye' })
    assert.equal((await conversation.update({ state: 'closed' })).state, 'closed')
    assert.equal((await bridgedTo(sid)).status, 'CLOSED')
    await assert.rejects(conversation.messages.create({ author: customer, body: 'More' }), { status: 400 })
    await assert.rejects(conversation.update({ state: 'active' }), { status: 400 })
  })

  test('a message that is changed changes the communication; one that is deleted leaves it', async () => {
    const { sid, conversation, customer } = await chat()
    const message = await conversation.messages.create({ author: customer, body: 'Open at sux?' })
    await conversation.messages(message.sid).update({ body: 'Open at six?' })
    const { id } = await bridgedTo(sid)
    assert.equal((await said(id))[0].content.text, 'Open at six?')
    await conversation.messages(message.sid).remove()
    assert.equal((await conversation.messages.list()).length, 0)
    assert.equal((await said(id)).length, 1)
  })

  test('who does not take part may write: the service as the business, others as nobody knows whom', async () => {
    const { sid, conversation } = await chat()
    await conversation.messages.create({ body: 'An agent will be with you.' })
    await conversation.messages.create({ author: 'passer-by', body: 'Hello?' })
    const { id } = await bridgedTo(sid)
    const { body } = await world.get(`/v2/Conversations/${id}/Participants`)
    const types = new Map(body.participants.map(({ type, addresses }: Json) => [addresses[0].address, type]))
    assert.equal(types.get('system'), 'AGENT')
    assert.equal(types.get('passer-by'), 'UNKNOWN')
  })

  test('a bound phone is the customer on its own channel, and the proxy address the business', async () => {
    const { sid } = await service().conversations.create({ uniqueName: `order/${count}` })
    const conversation = service().conversations(sid)
    const phone = await conversation.participants.create({
      'messagingBinding.address': 'whatsapp:+15551234599',
      'messagingBinding.proxyAddress': 'whatsapp:+15550001199',
    })
    assert.deepEqual(phone.messagingBinding, {
      type: 'whatsapp',
      address: 'whatsapp:+15551234599',
      proxy_address: 'whatsapp:+15550001199',
    })
    const { id } = await bridgedTo(sid)
    const { body } = await world.get(`/v2/Conversations/${id}/Participants`)
    assert.deepEqual(
      body.participants.map(({ type, addresses }: Json) => [type, addresses[0].channel, addresses[0].address]),
      [
        ['CUSTOMER', 'WHATSAPP', '+15551234599'],
        ['AGENT', 'WHATSAPP', '+15550001199'],
      ],
    )
    const other = await service().conversations.create({})
    await assert.rejects(
      service().conversations(other.sid).participants.create({
        'messagingBinding.address': 'whatsapp:+15551234599',
        'messagingBinding.proxyAddress': 'whatsapp:+15550001199',
      }),
      { status: 409, code: 50416 },
    )
  })

  test('a bound phone gets what others say, once, and what it says is said here and nowhere else', async () => {
    const [phone, proxy] = ['+15551234588', '+15550001188']
    const { webhooks } = await connectTwilio(world, { numbers: [proxy] })
    const { sid } = await service().conversations.create({})
    const conversation = service().conversations(sid)
    await conversation.participants.create({
      'messagingBinding.address': phone,
      'messagingBinding.proxyAddress': proxy,
    })
    await conversation.participants.create({ identity: 'robin', attributes: '{"participantType":"HUMAN_AGENT"}' })
    const carried = `SM${'a1'.repeat(16)}`
    world.receiver.answer = () => ({ status: 201, body: JSON.stringify({ sid: carried, status: 'queued' }) })
    await conversation.messages.create({ author: 'robin', body: 'Your order is here.' })
    await world.advance()
    const sent = world.receiver.received.filter(({ body }) => body?.To === phone)
    assert.deepEqual(
      sent.map(({ body }) => [body.From, body.Body]),
      [[proxy, 'Your order is here.']],
    )
    const report = { MessageSid: carried, AccountSid: farAccount, MessageStatus: 'delivered' }
    assert.equal((await callForm(world, webhooks.statuses as string, report)).status, 200)
    const answered = `SM${'a2'.repeat(16)}`
    const incoming = { MessageSid: answered, AccountSid: farAccount, From: phone, To: proxy, Body: 'Thank you!' }
    assert.equal((await callForm(world, webhooks.messages as string, incoming)).status, 200)
    const event = {
      type: 'com.twilio.messaging.inbound-message.received',
      data: { accountSid: farAccount, messageSid: answered, from: phone, to: proxy, body: 'Thank you!' },
    }
    assert.equal((await callSink(world, webhooks.events as string, [event])).status, 200)
    const bridged = await bridgedTo(sid)
    const [ours, theirs, ...others] = await said(bridged.id)
    assert.equal(others.length, 0)
    assert.equal(ours.recipients[0].deliveryStatus, 'DELIVERED')
    assert.deepEqual([theirs.content.text, theirs.author.channel, theirs.author.address], ['Thank you!', 'SMS', phone])
    const messages = await conversation.messages.list()
    assert.deepEqual(
      messages.map(({ author, body }) => [author, body]),
      [
        ['robin', 'Your order is here.'],
        [phone, 'Thank you!'],
      ],
    )
  })

  test('a bound phone gets what others say once, however many nodes send', async () => {
    const { conversation } = await boundPhone()
    let sent = 0
    const [asked, released] = [gate(), gate()]
    const node = (before: () => Promise<void>) =>
      sendingBy(async () => {
        sent += 1
        await before()
        return { messageId: `SM${String(sent).repeat(32)}`, status: 'sent' }
      })
    const slow = node(async () => {
      asked.open()
      await released.opened
    })
    await conversation.messages.create({ author: 'robin', body: 'Your order is here.' })
    const now = await world.now()
    const first = slow.tick(now)
    await asked.opened
    assert.equal(await node(async () => {}).tick(now), 0)
    released.open()
    assert.equal(await first, 1)
    assert.equal(sent, 1)
  })

  test('what is reported of a message to a bound phone before the carrier has answered is not forgotten', async () => {
    const { sid, conversation, phone, proxy } = await boundPhone()
    await conversation.messages.create({ author: 'robin', body: 'On its way' })
    const messageId = `SM${'c4'.repeat(16)}`
    const seen = { channel: 'SMS', direction: 'OUTBOUND', from: proxy, to: [phone], text: 'On its way' } as const
    const sending = sendingBy(async () => {
      const cause = { account: world.account, requestId: '' }
      const fetchMessage = async () => ({ ...seen, messageId, status: 'sent' }) as const
      await world.carriers.traffic.report(cause, { messageId, status: 'delivered' }, { fetchMessage })
      return { messageId, status: 'queued' }
    })
    assert.equal(await sending.tick(await world.now()), 1)
    const [communication, ...others] = await said((await bridgedTo(sid)).id)
    assert.equal(others.length, 0)
    assert.equal(communication.recipients[0].deliveryStatus, 'DELIVERED')
  })

  test('a phone of the virtual network shows what is said to it, until the conversation is deleted', async () => {
    const { sid, conversation, phone, proxy } = await boundPhone()
    await takeNumber(world, { PhoneNumber: proxy })
    await conversation.messages.create({ author: 'robin', body: 'One' })
    await conversation.messages.create({ author: 'robin', body: 'Two' })
    await world.advance({ seconds: 5 })
    assert.deepEqual(await handsetShows(world, phone), ['RECEIVED Two', 'RECEIVED One'])
    const bridged = await bridgedTo(sid)
    assert.deepEqual(
      (await said(bridged.id)).map(({ recipients }) => recipients[0].deliveryStatus),
      ['DELIVERED', 'DELIVERED'],
    )
    await world.completed(await world.delete(`/v2/Conversations/${bridged.id}`))
    assert.deepEqual(await handsetShows(world, phone), [])
  })

  test('what is on its way to a bound phone when the conversation is deleted leaves no trace', async () => {
    const { sid, conversation } = await boundPhone()
    await conversation.messages.create({ author: 'robin', body: 'Forget me too' })
    const bridged = await bridgedTo(sid)
    const carried = `SM${'b3'.repeat(16)}`
    const sending = sendingBy(async () => {
      await world.completed(await world.delete(`/v2/Conversations/${bridged.id}`))
      return { messageId: carried, status: 'sent' }
    })
    assert.equal(await sending.tick(await world.now()), 1)
    const { account, store } = world
    assert.equal(await store.read.get(sendingByCarrierId, { account, messageId: carried }), undefined)
  })

  test('deleting the conversation leaves nothing of it in the service', async () => {
    const { sid, conversation, customer } = await chat()
    await conversation.messages.create({ author: customer, body: 'Forget me' })
    await world.completed(await world.delete(`/v2/Conversations/${(await bridgedTo(sid)).id}`))
    await assert.rejects(conversation.fetch(), { status: 404 })
  })

  test('captured traffic on chat comes over too, and what is taken in twice is there once', async () => {
    const { sid, conversation, customer, agent } = await chat()
    const item = {
      channel: 'CHAT',
      from: customer,
      to: agent,
      content: { type: 'TEXT', text: 'By traffic' },
      resourceId: `IM-outside-${count}`,
      configurationId,
    }
    const { body } = await world.post('/skein/v1/Traffic', [item, item])
    assert.deepEqual(
      body.results.map(({ outcome }: Json) => outcome),
      ['CAPTURED', 'DUPLICATE'],
    )
    assert.equal(body.results[0].conversationId, (await bridgedTo(sid)).id)
    assert.deepEqual(
      (await conversation.messages.list()).map(({ body }) => body),
      ['By traffic'],
    )
  })

  test('a service that nothing bridges works by itself', async () => {
    const alone = await client.conversations.v1.services.create({ friendlyName: 'alone' })
    const { sid } = await client.conversations.v1.services(alone.sid).conversations.create({})
    const conversation = client.conversations.v1.services(alone.sid).conversations(sid)
    await conversation.participants.create({ identity: 'a' })
    await conversation.participants.create({ identity: 'b' })
    await conversation.messages.create({ author: 'a', body: 'Hello' })
    assert.equal((await conversation.messages.list()).length, 1)
    assert.equal((await world.get(`/v2/Conversations?channelId=${sid}`)).body.conversations.length, 0)
    const binding = { 'messagingBinding.address': '+15559990001', 'messagingBinding.proxyAddress': '+15559990002' }
    await conversation.participants.create(binding)
    await conversation.messages.create({ author: 'a', body: 'To the phone' })
    assert.equal((await world.store.read.get(sendingsDue, { now: await world.now(), limit: 1 }))?.body, 'To the phone')
    assert.equal(await client.conversations.v1.services(alone.sid).remove(), true)
    await assert.rejects(conversation.fetch(), { status: 404 })
    assert.equal(await world.store.read.get(sendingsDue, { now: await world.now(), limit: 1 }), undefined)
  })
}
