import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type Json, openWorld, type World } from '../../testing/app.ts'
import type { OutboundMessage } from '../carrier.ts'
import { callWebhook } from '../testing/twilio.ts'

const kiosk = '+15550001111'
const phoneNumberId = '106540352242922'
const appSecret = 'an app secret of this test'

describe('a WhatsApp number of the Cloud API', () => {
  let world: World
  let webhook: string
  let verifyToken: string
  before(async () => {
    world = await openWorld()
    await world.makeConfiguration({
      channelSettings: {
        WHATSAPP: {
          captureRules: [
            { from: '*', to: kiosk },
            { from: kiosk, to: '*' },
          ],
        },
      },
    })
    const made = await world.post('/skein/v1/Carriers', {
      carrier: 'whatsapp',
      phoneNumberId,
      numbers: [kiosk],
      accessToken: 'an access token',
      appSecret,
      baseUrl: 'https://graph.example.test/v1/',
    })
    assert.equal(made.status, 201, made.text)
    webhook = made.body.webhooks.whatsapp
    verifyToken = made.body.verifyToken
    assert.ok(!made.text.includes(appSecret) && !made.text.includes('an access token'))
  })
  after(() => world?.close())
  beforeEach(() => {
    world.receiver.received = []
  })

  const notify = (value: object, secret = appSecret) => {
    const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId }
    const changes = [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }]
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] })
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    return callWebhook(world, webhook, body, { 'content-type': 'application/json', 'x-hub-signature-256': signature })
  }
  const text = (id: string, more: object = {}) => ({
    id,
    from: '15551234567',
    timestamp: '1767603600',
    type: 'text',
    text: { body: `Message ${id}` },
    ...more,
  })
  const communications = async (): Promise<Json[]> => {
    const { body } = await world.get('/v2/Conversations')
    const lists = await Promise.all(
      body.conversations.map(({ id }: Json) => world.get(`/v2/Conversations/${id}/Communications`)),
    )
    return lists.flatMap((list) => list.body.communications)
  }
  const byId = async (id: string) => (await communications()).find(({ resourceId }) => resourceId === id)

  it('shakes hands with whoever knows the verify token, and with nobody else', async () => {
    const ask = (token: string, challenge = '1158201444') =>
      callWebhook(
        world,
        `${webhook}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=${challenge}`,
        undefined,
        {},
      )
    const shaken = await ask(verifyToken)
    assert.deepEqual([shaken.status, shaken.text], [200, '1158201444'])
    assert.equal((await ask('guessed')).status, 403)
    assert.equal((await ask(verifyToken, '%3Cscript%3E')).status, 400)
    assert.equal((await callWebhook(world, webhook, undefined, {})).status, 403)
  })

  it('captures messages once, by number or by the id of a user who hides it', async () => {
    const { from: _, ...hidden } = text('wamid.B', { from_user_id: 'US.13491208655302741918' })
    assert.equal((await notify({ messages: [text('wamid.A'), hidden] })).status, 200)
    assert.equal((await notify({ messages: [text('wamid.A')] })).status, 200)
    assert.equal((await byId('wamid.A')).author.address, '+15551234567')
    assert.equal((await byId('wamid.B')).author.address, 'US.13491208655302741918')
    assert.equal((await communications()).length, 2)
  })

  it('knows a customer by number, id and name, also when the number is hidden later', async () => {
    const userId = 'US.9981'
    const contact = { wa_id: '15557770001', user_id: userId, profile: { name: 'Kiran K.', username: 'kiran.k' } }
    const shown = text('wamid.K1', { from: '15557770001', from_user_id: userId })
    const { from: _, ...hidden } = text('wamid.K2', { from_user_id: userId })
    await notify({ messages: [shown], contacts: [contact] })
    await notify({ messages: [hidden], contacts: [{ user_id: userId, profile: { name: 'Kiran K.' } }] })
    const [first, second] = [await byId('wamid.K1'), await byId('wamid.K2')]
    assert.equal(second.conversationId, first.conversationId)
    assert.deepEqual([first.author.address, second.author.address], ['+15557770001', userId])
    assert.equal(second.author.participantId, first.author.participantId)
    const { body } = await world.get(`/v2/Conversations/${first.conversationId}/Participants`)
    const customer = body.participants.find(({ type }: Json) => type === 'CUSTOMER')
    assert.equal(customer.name, 'Kiran K.')
    assert.deepEqual(
      customer.addresses.map(({ channel, address }: Json) => `${channel} ${address}`),
      ['WHATSAPP +15557770001', `WHATSAPP ${userId}`],
    )
  })

  it('joins the conversation of a hidden number when the number is shown, and gives the customer a name', async () => {
    const { from: _, ...hidden } = text('wamid.L1', { from_user_id: 'US.9982' })
    await notify({ messages: [hidden] })
    const shown = text('wamid.L2', { from: '15557770002', from_user_id: 'US.9982' })
    await notify({ messages: [shown], contacts: [{ wa_id: '15557770002', profile: { name: 'Lena' } }] })
    await notify({ messages: [text('wamid.L3', { from: '15557770002' })] })
    const all = await Promise.all(['wamid.L1', 'wamid.L2', 'wamid.L3'].map(byId))
    assert.equal(new Set(all.map((one) => one.conversationId)).size, 1)
    const { body } = await world.get(`/v2/Conversations/${all[0].conversationId}/Participants`)
    assert.equal(body.participants.length, 2)
    assert.equal(body.participants.find(({ type }: Json) => type === 'CUSTOMER').name, 'Lena')
  })

  it('teaches memory the id beside the number, of customers whom memory knows', async () => {
    const store = (await world.get('/v2/ControlPlane/Configurations')).body.configurations[0].memoryStoreId
    const profiles = `/v1/Stores/${store}/Profiles`
    const made = await world.post(profiles, { traits: { Contact: { phone: '+15557770003' } } })
    const known = text('wamid.M1', { from: '15557770003', from_user_id: 'US.9983' })
    await notify({ messages: [known] })
    await notify({ messages: [text('wamid.M2', { from: '15557770004', from_user_id: 'US.9984' })] })
    const find = async (value: string) =>
      (await world.post(`${profiles}/Lookup`, { idType: 'whatsapp', value })).body.profiles
    assert.deepEqual(await find('US.9983'), [made.body.id])
    assert.deepEqual(await find('US.9984'), [])
    const reasons = await world.get(`/skein/v1/Stores/${store}/Profiles/${made.body.id}/Identifiers`)
    const reason = reasons.body.identifiers.find(({ value }: Json) => value === 'US.9983')
    assert.equal(reason.reasons[0].source, 'TRAFFIC')
    await world.advance({ minutes: 1 })
    await notify({ messages: [{ ...known, id: 'wamid.M3' }] })
    assert.equal((await byId('wamid.M3')).conversationId, (await byId('wamid.M1')).conversationId)
  })

  it('keeps delivery up to date, also of what came before its message', async () => {
    await notify({ statuses: [{ id: 'wamid.C', status: 'read', recipient_id: '15551234567' }] })
    await notify({ message_echoes: [text('wamid.C', { from: '15550001111', to: '15551234567' })] })
    await notify({ statuses: [{ id: 'wamid.C', status: 'delivered', recipient_id: '15551234567' }] })
    assert.equal((await byId('wamid.C')).recipients[0].deliveryStatus, 'READ')
  })

  it('refuses what is forged, truncated, replayed or of another number', async () => {
    assert.equal((await notify({ messages: [text('wamid.E')] })).status, 200)
    const replayed = await notify({ messages: [text('wamid.E')] })
    assert.deepEqual([replayed.status, replayed.body.code], [403, 530941])
    assert.equal((await notify({ messages: [text('wamid.D')] }, 'another secret')).status, 403)
    const unsigned = await callWebhook(world, webhook, '{}', { 'content-type': 'application/json' })
    assert.deepEqual([unsigned.status, unsigned.body.code], [403, 530940])
    const foreign = await notify({ metadata: { phone_number_id: '1' }, messages: [text('wamid.D')] })
    assert.deepEqual([foreign.status, foreign.body.code], [403, 530942])
    const body = '{"object":"whatsapp_business_acc'
    const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
    const cut = await callWebhook(world, webhook, body, {
      'x-hub-signature-256': signature,
      'content-type': 'application/json',
    })
    assert.equal(cut.status, 400)
    assert.equal(await byId('wamid.D'), undefined)
  })

  const message = (fields: Partial<OutboundMessage> = {}): OutboundMessage => ({
    account: world.account,
    key: 'k',
    channel: 'WHATSAPP',
    from: kiosk,
    to: '+15551234567',
    text: 'Open until six.',
    mediaUrls: [],
    channelSettings: {},
    requestId: '',
    ...fields,
  })
  const send = async (fields: Partial<OutboundMessage> = {}) => {
    const carrier = await world.carriers.of(world.account, 'WHATSAPP', fields.from ?? kiosk)
    assert.ok(carrier)
    return carrier.send(message(fields))
  }

  it('sends text, templates and attachments by the Graph API', async () => {
    world.receiver.answer = () => ({ status: 200, body: '{"messages":[{"id":"wamid.E"}]}' })
    assert.deepEqual(await send(), { messageId: 'wamid.E', status: 'accepted' })
    await send({ to: 'US.13491208655302741918' })
    await send({ contentId: 'order_ready', variables: { 1: '17' }, channelSettings: { language: 'de' } })
    await send({ mediaUrls: ['https://media.example.test/bill.pdf'] })
    const [plain, hidden, template, document] = world.receiver.received
    assert.equal(plain?.url, `https://graph.example.test/v1/${phoneNumberId}/messages`)
    assert.equal(plain?.headers.Authorization, 'Bearer an access token')
    assert.deepEqual(plain?.body, {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '15551234567',
      type: 'text',
      text: { body: 'Open until six.' },
    })
    assert.equal(hidden?.body.recipient, 'US.13491208655302741918')
    assert.deepEqual(template?.body.template, {
      name: 'order_ready',
      language: { code: 'de' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: '17' }] }],
    })
    assert.deepEqual(document?.body.document, {
      link: 'https://media.example.test/bill.pdf',
      caption: 'Open until six.',
    })
  })

  /** Sends two pictures and a bill with a text to the customer of a conversation; each is answered with an id of its own. */
  const sendAlbum = async (name: string, from: string, answer: (n: number) => { status: number; body?: string }) => {
    await notify({ messages: [text(`wamid.${name}`, { from })] })
    const { conversationId } = await byId(`wamid.${name}`)
    let sent = 0
    world.receiver.answer = () => {
      sent += 1
      return answer(sent)
    }
    const party = (address: string) => ({ address, channel: 'WHATSAPP' })
    const mediaUrls = ['a.jpg', 'b.png', 'bill.pdf'].map((file) => `https://media.example.test/${file}`)
    const payload = { from: party(kiosk), to: [party(`+${from}`)], content: { text: 'Look', mediaUrls } }
    const path = `/v2/Conversations/${conversationId}/Actions`
    const { body } = await world.post(path, { type: 'SEND_MESSAGE', payload })
    const look = async () => {
      await world.advance()
      return (await world.get(`${path}/${body.id}`)).body
    }
    const said = async () => {
      const all = (await world.get(`/v2/Conversations/${conversationId}/Communications`)).body.communications
      return all.filter(({ author }: Json) => author.address === kiosk)
    }
    return { look, said }
  }
  const accepted = (id: string) => ({ status: 200, body: JSON.stringify({ messages: [{ id }] }) })

  it('sends every attachment, as one communication that goes by the first message', async () => {
    const { look, said } = await sendAlbum('N', '15557770011', (n) => accepted(`wamid.N-${n}`))
    const { status, related } = await look()
    assert.deepEqual([status, related.messageSid], ['COMPLETED', 'wamid.N-1'])
    assert.deepEqual(
      world.receiver.received.map(({ body }) => body[body.type]),
      [
        { link: 'https://media.example.test/a.jpg', caption: 'Look' },
        { link: 'https://media.example.test/b.png' },
        { link: 'https://media.example.test/bill.pdf' },
      ],
    )
    const report = (n: number, status: string) => notify({ statuses: [{ id: `wamid.N-${n}`, status }] })
    const delivery = async () => (await said()).map(({ recipients }: Json) => recipients[0].deliveryStatus)
    await report(2, 'failed')
    await report(3, 'read')
    assert.deepEqual(await delivery(), ['IN_PROGRESS'])
    await notify({ message_echoes: [text('wamid.N-2', { from: '15550001111', to: '15557770011' })] })
    await report(1, 'delivered')
    assert.deepEqual(await delivery(), ['DELIVERED'])
    const media = await world.get(`/skein/v1/Communications/${related.communicationId}/Media`)
    assert.equal(media.body.media.length, 3)
  })

  it('goes on with the attachment that was not taken, and sends none twice', async () => {
    const { look, said } = await sendAlbum('O', '15557770012', (n) =>
      n === 2 ? { status: 503 } : accepted(`wamid.O-${n}`),
    )
    assert.equal((await look()).status, 'PENDING')
    assert.equal(world.receiver.received.length, 2)
    await world.advance({ seconds: 5 })
    assert.equal((await look()).status, 'COMPLETED')
    const links = world.receiver.received.map(({ body }) => body[body.type].link.split('/').at(-1))
    assert.deepEqual(links, ['a.jpg', 'b.png', 'b.png', 'bill.pdf'])
    assert.deepEqual(
      (await said()).map(({ resourceId }: Json) => resourceId),
      ['wamid.O-1'],
    )
  })

  it('has failed a recipient to whom an attachment was refused, and sends no more of it', async () => {
    const refusal = { status: 400, body: '{"error":{"code":131053,"message":"Media upload error"}}' }
    const { look, said } = await sendAlbum('P', '15557770013', (n) => (n === 2 ? refusal : accepted(`wamid.P-${n}`)))
    assert.equal((await look()).status, 'COMPLETED')
    assert.equal(world.receiver.received.length, 2)
    assert.equal((await said())[0].recipients[0].deliveryStatus, 'FAILED')
  })

  it('tells a refusal from an outage', async () => {
    world.receiver.answer = () => ({ status: 400, body: '{"error":{"code":131047,"message":"Re-engagement message"}}' })
    assert.deepEqual(await send(), { refused: { code: 131047, message: 'Re-engagement message' } })
    world.receiver.answer = () => ({ status: 404, body: 'not JSON' })
    assert.deepEqual(await send(), { refused: { code: 20001, message: 'The carrier answered 404.' } })
    world.receiver.answer = () => ({ status: 503 })
    assert.deepEqual(await send(), { unreachable: 'answered 503' })
    world.receiver.answer = () => ({ error: 'dns' })
    assert.ok('unreachable' in (await send()))
  })
})
