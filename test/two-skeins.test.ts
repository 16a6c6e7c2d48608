import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { captureKiosk, connectKiosk, conversationsOf, eventually, kiosk, official } from './kiosk.ts'
import { Skein, temporaryFolder } from './skein.ts'

// A carrier's network that is another Skein: the far one carries messages on its virtual network, the near one keeps its
// number there. What crosses between them is judged by the official client and validator.

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
  webhooks = await connectKiosk(near, far, `http://127.0.0.1:${port}/sms?shop=1`)
  await captureKiosk(near)
  const number = await official(far).incomingPhoneNumbers.create({
    phoneNumber: kiosk,
    smsUrl: webhooks.messages ?? '',
  })
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
    const found = (await conversationsOf(near)).flat().filter(({ content }) => content.text === 'Is the kiosk open?')
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
  const [resource] = await official(far).messages.list({ from: phone, limit: 1 })
  assert.equal(resource?.sid, captured?.resourceId, 'both know it by the same SID')
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
