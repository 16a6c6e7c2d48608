import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, beforeEach, describe, it, test } from 'node:test'
import twilio from 'twilio'
import { statements } from '../../store/statement.ts'
import { inWorld, type Json, openWorld, type World } from '../../testing/app.ts'
import { type Connected, callForm, callSink, connectTwilio, farAccount, farToken } from '../testing/twilio.ts'

const customer = '+15551234567'
const kiosk = '+15550001111'
const receiptsOf = statements<{ carrier_receipt: { account: number } }>()<{ account: number }>()((db, p) =>
  db.selectFrom('carrier_receipt').selectAll().where('account', '=', p.account),
)
let count = 0
const newSid = () => `SM${(++count).toString(16).padStart(32, '0')}`

describe('a number that is kept at Twilio', () => {
  let world: World
  let connected: Connected
  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
    connected = await connectTwilio(world, { application: { url: 'https://app.example.test/sms?a=1' } })
  })
  after(() => world?.close())
  beforeEach(() => {
    world.receiver.received = []
    world.receiver.answer = () => ({ status: 200, body: twiml })
  })

  const twiml = '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Open until six.</Message></Response>'
  const incoming = (fields: Record<string, string> = {}) => ({
    ToCountry: 'US',
    MessageSid: newSid(),
    AccountSid: farAccount,
    From: customer,
    To: kiosk,
    Body: 'Is the kiosk open?',
    NumMedia: '0',
    ...fields,
  })
  const url = (name: string) => connected.webhooks[name] as string
  const communications = async (): Promise<Json[]> => {
    const { body } = await world.get('/v2/Conversations')
    const lists = await Promise.all(
      body.conversations.map(({ id }: Json) => world.get(`/v2/Conversations/${id}/Communications`)),
    )
    return lists.flatMap((list) => list.body.communications)
  }
  const bySid = async (sid: string) => (await communications()).find(({ resourceId }) => resourceId === sid)
  const codes = async () => {
    await world.advance({ minutes: 2 })
    const { body } = await world.get('/skein/v1/Events?type=diagnostic&pageSize=100')
    return body.events.map(({ data }: Json) => data.errorCode)
  }

  it('captures a message, asks the application with a signature of its own, and answers its TwiML unchanged', async () => {
    const form = incoming()
    const answer = await callForm(world, url('messages'), form)
    assert.equal(answer.status, 200)
    assert.equal(answer.text, twiml)
    assert.match(answer.headers['content-type'] ?? '', /xml/)
    const communication = await bySid(form.MessageSid)
    assert.equal(communication.content.text, 'Is the kiosk open?')
    assert.equal(communication.author.address, customer)
    const [asked] = world.receiver.received
    assert.equal(asked?.url, 'https://app.example.test/sms?a=1')
    assert.deepEqual(asked?.body, form)
    const signature = asked?.headers['X-Twilio-Signature'] ?? ''
    assert.ok(twilio.validateRequest(farToken, signature, asked?.url ?? '', form), 'the official validator accepts it')
  })

  it('has committed a message whose application does not answer, and takes the retry that follows', async () => {
    const form = incoming({ Body: 'Anybody?' })
    world.receiver.answer = () => ({ error: 'connect_timeout' })
    assert.equal((await callForm(world, url('messages'), form)).status, 503)
    assert.ok(await bySid(form.MessageSid))
    world.receiver.answer = () => ({ status: 200, body: twiml })
    assert.equal((await callForm(world, url('messages'), form)).text, twiml)
    assert.equal((await communications()).filter(({ resourceId }) => resourceId === form.MessageSid).length, 1)
  })

  it('refuses what is forged, truncated, replayed, or of another account, and tells the debugger', async () => {
    const form = incoming({ Body: 'Once' })
    const forged = await callForm(world, url('messages'), form, { token: 'c'.repeat(32) })
    assert.deepEqual([forged.status, forged.body.code], [403, 530940])
    const truncated = await callForm(world, url('messages'), form, { sent: 'MessageSid=SM1' })
    assert.deepEqual([truncated.status, truncated.body.code], [403, 530940])
    const foreign = await callForm(world, url('messages'), incoming({ AccountSid: `AC${'d'.repeat(32)}` }))
    assert.deepEqual([foreign.status, foreign.body.code], [403, 530942])
    assert.equal(await bySid(form.MessageSid), undefined)
    assert.equal((await callForm(world, url('messages'), form)).status, 200)
    const replayed = await callForm(world, url('messages'), form)
    assert.deepEqual([replayed.status, replayed.body.code], [403, 530941])
    const elsewhere = await callForm(world, url('messages'), form, { headers: { host: 'evil.example.test' } })
    assert.equal(elsewhere.status, 403)
    const told = await codes()
    for (const code of [530940, 530941, 530942]) assert.ok(told.includes(code), `${code} is told`)
  })

  it('takes a request again whose answer did not go out', async () => {
    await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const form = incoming({ Body: 'Are you there?' })
    const sent = new URLSearchParams(form).toString()
    const at = `http://127.0.0.1:${port}${new URL(url('messages')).pathname}`
    const head = [
      `POST ${new URL(at).pathname} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/x-www-form-urlencoded',
      `X-Twilio-Signature: ${twilio.getExpectedTwilioSignature(farToken, at, form)}`,
      `Content-Length: ${Buffer.byteLength(sent)}`,
    ]
    const socket = connect(port, '127.0.0.1')
    world.receiver.answer = () => {
      socket.resetAndDestroy()
      return { status: 200, body: twiml }
    }
    socket.write(`${head.join('\r\n')}\r\n\r\n${sent}`)
    const [, response] = await once(world.app.server, 'request')
    await once(response, 'close')
    world.receiver.answer = () => ({ status: 200, body: twiml })
    const again = async () => (await callForm(world, at, form)).status
    assert.deepEqual([await again(), await again()], [200, 403])
    assert.equal((await communications()).filter(({ resourceId }) => resourceId === form.MessageSid).length, 1)
  })

  it('says nothing about connections to whoever cannot sign', async () => {
    const unknown = url('messages').replace(/skein_carrier_\w+/, 'skein_carrier_01kjpwa4z0f46bs8r42wfv2z13')
    assert.equal((await callForm(world, unknown, incoming())).status, 403)
    assert.equal((await callForm(world, unknown.replace(/skein_carrier_\w+/, 'x'), incoming())).status, 403)
  })

  it('names the field of a signed form that is not right', async () => {
    const answer = await callForm(world, url('messages'), incoming({ MessageSid: 'SM1' }))
    assert.deepEqual([answer.status, answer.body.params.field], [400, 'MessageSid'])
    const json = await callForm(
      world,
      url('messages'),
      {},
      { sent: '{}', headers: { 'content-type': 'application/json' } },
    )
    assert.equal(json.status, 400)
  })

  it('keeps delivery up to date, whatever the order of reports', async () => {
    const sid = newSid()
    const resource = { sid, from: kiosk, to: customer, body: 'Your order is here.', direction: 'outbound-api' }
    world.receiver.answer = () => ({ status: 200, body: JSON.stringify({ ...resource, status: 'sent' }) })
    const report = (MessageStatus: string) =>
      callForm(world, url('statuses'), { MessageSid: sid, AccountSid: farAccount, MessageStatus })
    assert.equal((await report('delivered')).status, 200)
    assert.equal((await report('sent')).status, 200)
    const communication = await bySid(sid)
    assert.equal(communication.content.text, 'Your order is here.')
    assert.equal(communication.recipients[0].deliveryStatus, 'DELIVERED')
    assert.match(
      world.receiver.received[0]?.url ?? '',
      new RegExp(`/2010-04-01/Accounts/${farAccount}/Messages/${sid}.json$`),
    )
    assert.equal((await report('sent')).status, 403, 'a report that was answered is not taken again')
  })

  it('observes an account by its Event Streams, each message once', async () => {
    const sid = newSid()
    const message = {
      specversion: '1.0',
      type: 'com.twilio.messaging.inbound-message.received',
      source: '/x',
      id: `EZ${sid}`,
      data: { accountSid: farAccount, messageSid: sid, from: customer, to: kiosk, body: 'By the stream' },
    }
    const test = { ...message, type: 'com.twilio.eventstreams.test-event', data: { test_id: 'tried-1' } }
    assert.equal((await callSink(world, url('events'), [message, test])).status, 200)
    assert.equal(
      (await callSink(world, url('events'), [message])).status,
      200,
      'an event may come again in another batch',
    )
    const replayed = await callSink(world, url('events'), [message])
    assert.deepEqual([replayed.status, replayed.body.code], [403, 530941])
    assert.equal((await communications()).filter(({ resourceId }) => resourceId === sid).length, 1)
    assert.equal((await callSink(world, url('events'), [message], 'c'.repeat(32))).status, 403)
    const foreign = { ...message, data: { ...message.data, accountSid: `AC${'d'.repeat(32)}`, messageSid: newSid() } }
    assert.equal((await callSink(world, url('events'), [message, foreign])).status, 403)
    assert.equal((await callSink(world, url('events'), [{ type: 1 }])).status, 400)
    assert.ok((await codes()).includes(530943))
  })

  it('fetches what it missed, page by page, and only from its own carrier', async () => {
    const missed = [newSid(), newSid()]
    const pages: Json[] = [
      {
        messages: [
          {
            sid: missed[0],
            from: customer,
            to: kiosk,
            body: 'Missed',
            direction: 'inbound',
            status: 'received',
            date_created: new Date(await world.now()).toUTCString(),
          },
        ],
        next_page_uri: `/2010-04-01/Accounts/${farAccount}/Messages.json?Page=1`,
      },
      {
        messages: [
          {
            sid: missed[1],
            from: kiosk,
            to: customer,
            body: 'Missed too',
            direction: 'outbound-reply',
            status: 'read',
            date_created: new Date(await world.now()).toUTCString(),
          },
        ],
        next_page_uri: 'https://evil.example.test/x',
      },
    ]
    world.receiver.answer = () => ({ status: 200, body: JSON.stringify(pages.shift() ?? { messages: [] }) })
    await world.advance({ minutes: 6 })
    assert.equal((await bySid(missed[0] as string))?.content.text, 'Missed')
    assert.equal((await bySid(missed[1] as string))?.recipients[0].deliveryStatus, 'READ')
    assert.ok(world.receiver.received.every(({ url }) => url.startsWith('https://api.twilio.com/')))
  })
})

test('what an application was asked is receipted before its answer goes out, so that no crash makes it be asked again', () =>
  inWorld({}, async (world) => {
    const application = { url: 'https://app.example.test/sms' }
    const { webhooks } = await connectTwilio(world, { application, statusApplication: application })
    const MessageSid = newSid()
    const common = { MessageSid, AccountSid: farAccount, From: customer, To: kiosk }
    const { account } = world
    const written = async () => (await world.store.read.all(receiptsOf, { account })).length
    assert.equal((await callForm(world, webhooks.messages as string, { ...common, Body: 'x' })).status, 200)
    assert.equal(await written(), 1)
    assert.equal((await callForm(world, webhooks.statuses as string, { ...common, MessageStatus: 'sent' })).status, 200)
    assert.equal(await written(), 2)
  }))

describe('connections to carriers', () => {
  it('show no secret, not to the account either, and nothing at all to others', () =>
    inWorld({}, async (world) => {
      const { id } = await connectTwilio(world)
      const { text, body } = await world.get(`/skein/v1/Carriers/${id}`)
      assert.ok(!text.includes(farToken))
      assert.deepEqual(body.numbers, [kiosk])
      const stranger = await world.makeStranger()
      assert.equal((await stranger.get(`/skein/v1/Carriers/${id}`)).status, 404)
      assert.equal((await stranger.patch(`/skein/v1/Carriers/${id}`, { name: 'mine' })).status, 404)
      assert.equal((await stranger.delete(`/skein/v1/Carriers/${id}`)).status, 404)
      assert.deepEqual((await stranger.get('/skein/v1/Carriers')).body.carriers, [])
      const { body: owned } = await world.get('/skein/v1/OwnedAddresses')
      assert.equal(owned.ownedAddresses[0].address, kiosk)
    }))

  it('are changed and deleted; what they were not given stays', () =>
    inWorld({}, async (world) => {
      const { id, webhooks } = await connectTwilio(world, { name: 'Shop' })
      const changed = await world.patch(`/skein/v1/Carriers/${id}`, {
        authToken: 'c'.repeat(32),
        numbers: ['+15550002222'],
      })
      assert.deepEqual([changed.status, changed.body.name, changed.body.numbers], [200, 'Shop', ['+15550002222']])
      const form = { MessageSid: newSid(), AccountSid: farAccount, From: customer, To: kiosk, Body: 'x' }
      assert.equal((await callForm(world, webhooks.messages as string, form)).status, 403)
      const answered = await callForm(world, webhooks.messages as string, form, { token: 'c'.repeat(32) })
      assert.match(answered.text, /<Response\/>/)
      assert.equal((await world.delete(`/skein/v1/Carriers/${id}`)).status, 204)
      assert.equal((await callForm(world, webhooks.messages as string, form, { token: 'c'.repeat(32) })).status, 403)
    }))

  it('are refused when a field is not right, and name it', () =>
    inWorld({}, async (world) => {
      const refused: [string, object][] = [
        ['accountSid', { accountSid: undefined }],
        ['authToken', { authToken: undefined }],
        ['numbers', { numbers: undefined }],
        ['numbers[0]', { numbers: ['+1555'] }],
        ['appSecret', { appSecret: 'x'.repeat(20) }],
        ['baseUrl', { baseUrl: 'ftp://x' }],
        ['application.url', { application: { url: 'http://' } }],
      ]
      for (const [field, fields] of refused) {
        const body = { carrier: 'twilio', accountSid: farAccount, authToken: farToken, numbers: [kiosk], ...fields }
        const answer = await world.post('/skein/v1/Carriers', JSON.parse(JSON.stringify(body)))
        assert.deepEqual([answer.status, answer.body.params.field], [400, field])
      }
    }))
})

describe('sending through Twilio', () => {
  it('restores prefixes, passes settings on, asks for reports, and tells a refusal from an outage', () =>
    inWorld({}, async (world) => {
      const { webhooks } = await connectTwilio(world, { baseUrl: 'https://twilio.example.test' })
      const sid = newSid()
      world.receiver.answer = () => ({ status: 201, body: JSON.stringify({ sid, status: 'queued', body: 'Hi' }) })
      const carrier = await world.carriers.of(world.account, 'WHATSAPP', kiosk)
      assert.equal(carrier?.name, 'twilio')
      const message = {
        account: world.account,
        key: 'k',
        channel: 'WHATSAPP' as const,
        from: kiosk,
        to: customer,
        text: 'Hi',
        mediaUrls: ['https://media.example.test/1'],
        channelSettings: { messagingServiceSid: `MG${'1'.repeat(32)}`, tags: { a: 1 }, list: ['x', 2], none: null },
        requestId: '',
      }
      assert.deepEqual(await carrier?.send(message), { messageId: sid, status: 'queued' })
      const [sent] = world.receiver.received
      assert.equal(sent?.url, `https://twilio.example.test/2010-04-01/Accounts/${farAccount}/Messages.json`)
      assert.equal(sent?.headers.Authorization, `Basic ${Buffer.from(`${farAccount}:${farToken}`).toString('base64')}`)
      assert.deepEqual(sent?.body, {
        To: `whatsapp:${customer}`,
        From: `whatsapp:${kiosk}`,
        Body: 'Hi',
        MediaUrl: 'https://media.example.test/1',
        StatusCallback: webhooks.statuses,
        MessagingServiceSid: `MG${'1'.repeat(32)}`,
        Tags: '{"a":1}',
        List: '2',
      })
      assert.match(sent?.text ?? '', /&List=x&List=2/)
      const template = { ...message, contentId: `HX${'1'.repeat(32)}`, variables: { 1: 'six' } }
      assert.deepEqual(await carrier?.send(template), { messageId: sid, status: 'queued', text: 'Hi' })
      assert.equal(world.receiver.received[1]?.body.ContentVariables, '{"1":"six"}')
      world.receiver.answer = () => ({ status: 400, body: '{"code":21610,"message":"Unsubscribed"}' })
      assert.deepEqual(await carrier?.send(message), { refused: { code: 21610, message: 'Unsubscribed' } })
      world.receiver.answer = () => ({ status: 429 })
      assert.deepEqual(await carrier?.send(message), { unreachable: 'answered 429' })
      world.receiver.answer = () => ({ error: 'dns' })
      assert.ok('unreachable' in ((await carrier?.send(message)) ?? {}))
      const foreign = await carrier?.send({ ...message, from: '+15550009999' })
      assert.ok(foreign && 'refused' in foreign)
    }))
})

test('what two requests change of one connection at once is both kept', () =>
  inWorld({}, async (world) => {
    const { id } = await connectTwilio(world)
    const path = `/skein/v1/Carriers/${id}`
    const applications = [{ url: 'https://app.example.test/sms' }, { url: 'https://app.example.test/statuses' }]
    const changes = [{ name: 'Kiosk' }, { application: applications[0] }, { statusApplication: applications[1] }]
    const answers = await Promise.all(changes.map((change) => world.patch(path, change)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    const { name, application, statusApplication } = (await world.get(path)).body
    assert.deepEqual([name, application.url, statusApplication.url], ['Kiosk', ...applications.map(({ url }) => url)])
  }))
