import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { type WebSocket, WebSocketServer } from 'ws'
import { captureKiosk, connectKiosk, eventually, kiosk, official } from './kiosk.ts'
import { Skein, temporaryFolder } from './skein.ts'

// The far Skein stands for the real network of calls: the near one keeps its number there, and stands between it and an
// application whose signatures the official validator checks.

const phone = '+15551234567'
const handset = `/skein/v1/Handsets/${encodeURIComponent(phone)}/Calls`
const quick = { SKEIN_SPEECH_MS_PER_CHARACTER: '5' }

let far: Skein
let near: Skein
let application: ReturnType<typeof createServer>
let applicationUrl = ''
let configurationId = ''
let valid = 0
let invalid = 0

before(async () => {
  application = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()))
    check(request, 'http', form)
    const relay = `<ConversationRelay url="${applicationUrl.replace('http', 'ws')}/relay" welcomeGreeting="Hello." conversationConfiguration="${configurationId}"/>`
    response.setHeader('content-type', 'text/xml').end(`<Response><Connect>${relay}</Connect></Response>`)
  }).listen(0, '127.0.0.1')
  new WebSocketServer({ server: application, path: '/relay' }).on('connection', (socket: WebSocket, request) => {
    check(request, 'ws', {})
    socket.on('message', (data) => {
      const { type, last } = JSON.parse(String(data))
      if (type === 'prompt' && last) socket.send(JSON.stringify({ type: 'text', token: 'Until six.', last: true }))
    })
  })
  const folders = [temporaryFolder(), temporaryFolder()] as const
  ;[, far, near] = await Promise.all([
    once(application, 'listening'),
    Skein.start(folders[0], quick),
    Skein.start(folders[1], quick),
  ])
  applicationUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}`
  await captureKiosk(near)
  const { configurations } = (await near.ask('GET', '/v2/ControlPlane/Configurations')).body
  configurationId = configurations[0].id
  const { voice } = await connectKiosk(near, far, `${applicationUrl}/sms`)
  const voiceUrl = `${voice}?${new URLSearchParams({ url: `${applicationUrl}/voice` })}`
  await official(far).incomingPhoneNumbers.create({ phoneNumber: kiosk, voiceUrl })
})
after(async () => {
  application?.closeAllConnections()
  application?.close()
  await Promise.all([far?.stop(), near?.stop()])
})

const said = ['Hello.', 'Is the kiosk open', 'Until six.']

test('a call on the network reaches the application through the near server, which has the conversation', async () => {
  const { callSid } = (await far.ask('POST', handset, { to: kiosk })).body
  await talk(callSid)
  assert.deepEqual(await conversationOf(callSid), said)
  await far.ask('POST', `${handset}/${callSid}/Hangup`, {})
})

test('a call that the near server begins goes out on the network, and comes back to be heard', async () => {
  const made = await official(near).calls.create({ to: phone, from: kiosk, url: `${applicationUrl}/voice` })
  await far.ask('POST', `${handset}/${made.sid}/Answer`, {})
  await talk(made.sid)
  assert.deepEqual(await conversationOf(made.sid), said)
  assert.equal((await official(near).calls(made.sid).update({ status: 'completed' })).status, 'completed')
  await eventually(async () => {
    const { status } = await official(near).calls(made.sid).fetch()
    return status === 'completed' ? status : undefined
  })
})

test('the application could verify all that it was asked', () => {
  assert.deepEqual([invalid, valid >= 4], [0, true])
})

async function talk(callSid: string): Promise<void> {
  const hears = (words: string) =>
    eventually(async () => {
      const { heard } = (await far.ask('GET', `${handset}/${callSid}`)).body
      return heard?.some(({ text }: { text: string }) => text === words) || undefined
    })
  await hears('Hello.')
  await far.ask('POST', `${handset}/${callSid}/Speech`, { text: 'Is the kiosk open' })
  await hears('Until six.')
}

/** What was said in the call's one conversation, once all of it is there. */
function conversationOf(callSid: string): Promise<string[]> {
  return eventually(async () => {
    const { conversations } = (await near.ask('GET', `/v2/Conversations?channelId=${callSid}`)).body
    if (conversations.length !== 1) return undefined
    const path = `/v2/Conversations/${conversations[0].id}/Communications?pageSize=100`
    const { communications } = (await near.ask('GET', path)).body
    const ofCall = communications.filter((one: { channelId: string }) => one.channelId === callSid)
    const texts = ofCall.map(({ content }: { content: { text: string } }) => content.text)
    return texts.length >= said.length ? texts : undefined
  })
}

function check(request: IncomingMessage, scheme: string, form: Record<string, string>): void {
  const url = `${scheme}://${request.headers.host}${request.url}`
  const signature = String(request.headers['x-twilio-signature'])
  if (twilio.validateRequest(far.account.password, signature, url, form)) valid += 1
  else invalid += 1
}
