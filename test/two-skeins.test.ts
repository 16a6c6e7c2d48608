import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { basic, Skein, temporaryFolder } from './skein.ts'

// A carrier's network that is another Skein: the far one carries messages on its virtual network, the near one keeps its
// number there. What crosses between them is judged by the official client and validator.

const kiosk = '+15550001111'
const phone = '+15551234567'
const twiml = '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Until six.</Message></Response>'

let far: Skein
let near: Skein
let webhooks: Record<string, string>
let application: ReturnType<typeof createServer>
const asked: { url: string; form: Record<string, string>; signature: string }[] = []

before(async () => {
  application = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await textOf(request)))
    const url = `http://${request.headers.host}${request.url}`
    asked.push({ url, form, signature: String(request.headers['x-twilio-signature']) })
    response.setHeader('content-type', 'text/xml').end(twiml)
  }).listen(0, '127.0.0.1')
  const [, farStarted, nearStarted] = await Promise.all([
    once(application, 'listening'),
    Skein.start(temporaryFolder()),
    Skein.start(temporaryFolder()),
  ])
  far = farStarted
  near = nearStarted
  const { port } = application.address() as AddressInfo
  const connected = await near.ask('POST', '/skein/v1/Carriers', {
    carrier: 'twilio',
    accountSid: far.account.user,
    authToken: far.account.password,
    baseUrl: far.url,
    numbers: [kiosk],
    application: { url: `http://127.0.0.1:${port}/sms?shop=1` },
  })
  assert.equal(connected.status, 201, connected.text)
  webhooks = connected.body.webhooks
  await configure(near)
  const number = await official().incomingPhoneNumbers.create({ phoneNumber: kiosk, smsUrl: webhooks.messages ?? '' })
  assert.equal(number.phoneNumber, kiosk)
})
after(async () => {
  application?.close()
  await Promise.all([far?.stop(), near?.stop()])
})

test('a message of a phone crosses both, reaches the application as the carrier signed it, and is answered', async () => {
  const path = `/skein/v1/Handsets/${encodeURIComponent(phone)}/Messages`
  const sent = await far.ask('POST', path, { to: kiosk, body: 'Is the kiosk open?' })
  assert.ok(sent.status < 300, sent.text)
  const [captured] = await eventually(async () => {
    const found = (await communications()).filter(({ content }) => content.text === 'Is the kiosk open?')
    return found.length > 0 ? found : undefined
  })
  assert.equal(captured?.author.address, phone)
  const [request] = await eventually(async () => (asked.length > 0 ? asked : undefined))
  assert.ok(request)
  const { password } = far.account
  assert.ok(twilio.validateRequest(password, request.signature, request.url, request.form), 'the official validator')
  assert.equal(request.form.Body, 'Is the kiosk open?')
  await eventually(async () => {
    const { body } = await far.ask('GET', path)
    return body.messages.find((message: { body: string }) => message.body === 'Until six.')
  })
  const [resource] = await official().messages.list({ from: phone, limit: 1 })
  assert.equal(resource?.sid, captured?.resourceId, 'both know it by the same SID')
})

interface Communication {
  author: { address: string }
  content: { text: string }
  resourceId: string
}

async function communications(): Promise<Communication[]> {
  const { body } = await near.ask('GET', '/v2/Conversations')
  const lists = await Promise.all(
    body.conversations.map(({ id }: { id: string }) => near.ask('GET', `/v2/Conversations/${id}/Communications`)),
  )
  return lists.flatMap((list) => list.body.communications)
}

/** A memory store, and a configuration that captures the kiosk's messages. */
async function configure(server: Skein): Promise<void> {
  const made = await server.ask('POST', '/v1/ControlPlane/Stores', { displayName: 'kiosk' })
  const statusPath = (statusUrl: string) => new URL(statusUrl).pathname
  const store = await completed(server, statusPath(made.body.statusUrl))
  const rule = {
    captureRules: [
      { from: '*', to: kiosk },
      { from: kiosk, to: '*' },
    ],
  }
  const accepted = await server.ask('POST', '/v2/ControlPlane/Configurations', {
    displayName: 'kiosk',
    description: 'Messages of the kiosk',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: store,
    channelSettings: { SMS: rule },
  })
  await completed(server, statusPath(accepted.body.statusUrl))
}

/** The id of what an operation made. */
async function completed(server: Skein, path: string): Promise<string> {
  const operation = await eventually(async () => {
    const { body } = await server.ask('GET', path)
    return body.status === 'PENDING' ? undefined : body
  })
  assert.equal(operation.status, 'COMPLETED', JSON.stringify(operation))
  return operation.related?.storeId ?? operation.result?.id ?? ''
}

/** The official client of the far account, whose requests go to the far Skein. */
function official(): twilio.Twilio {
  const { user, password } = far.account
  const httpClient = {
    lastRequest: undefined,
    lastResponse: undefined,
    async request({ method, uri, params, data }: { method: string; uri: string; params?: object; data?: object }) {
      const url = new URL(new URL(uri).pathname, far.url)
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.append(name, String(value))
      const body = data === undefined ? null : new URLSearchParams(data as Record<string, string>)
      const headers = { authorization: basic(far.account) }
      const response = await fetch(url, { method: method.toUpperCase(), body, headers })
      return { statusCode: response.status, body: await response.json(), headers: {} }
    },
  }
  return twilio(user, password, { httpClient: httpClient as never })
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('It did not happen within 20 seconds.')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
