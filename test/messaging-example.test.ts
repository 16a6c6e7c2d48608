import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { captureKiosk, connectKiosk, conversationsOf, eventually, kiosk, official } from './kiosk.ts'
import { Skein, temporaryFolder } from './skein.ts'

// The example of a messaging application as a process of its own: once on the virtual network, and once behind the Twilio
// carrier, whose network is a second Skein. Only its environment differs.

const program = join(import.meta.dirname, '..', 'examples', 'messaging', 'kiosk.ts')
const phone = '+15551234567'
const handset = `/skein/v1/Handsets/${encodeURIComponent(phone)}/Messages`

const processes: ChildProcess[] = []
const servers: Skein[] = []
after(async () => {
  for (const process of processes) process.kill()
  await Promise.all(servers.map((server) => server.stop()))
})

const said = [
  'Are you open?',
  'We are open until six. Write "order" and what you would like.',
  'Order flat white',
  'We are making your flat white.',
  'Your flat white is ready.',
]

test('the messaging example runs on the virtual network, and the conversation holds all of it', async () => {
  const [skein] = await started(1)
  assert.ok(skein)
  await captureKiosk(skein)
  const url = await startKiosk(skein)
  await official(skein).incomingPhoneNumbers.create({ phoneNumber: kiosk, smsUrl: url })
  await order(skein)
  await holdsAll(skein)
})

test('the same example runs behind the Twilio carrier by configuration alone, with the same conversation', async () => {
  const [far, near] = await started(2)
  assert.ok(far && near)
  await captureKiosk(near)
  const port = await freePort()
  const webhooks = await connectKiosk(near, far, `http://127.0.0.1:${port}/sms`)
  await startKiosk(far, { PORT: String(port), STATUS_CALLBACK: webhooks.statuses ?? '' })
  await official(far).incomingPhoneNumbers.create({ phoneNumber: kiosk, smsUrl: webhooks.messages ?? '' })
  await order(far)
  await holdsAll(near)
  assert.deepEqual(await conversationsOf(far), [], 'nothing is captured where it is only carried')
})

test('the example refuses what is not signed', async () => {
  const [skein] = servers
  assert.ok(skein)
  const answer = await fetch(await startKiosk(skein), {
    method: 'POST',
    body: new URLSearchParams({ Body: 'Order all' }),
  })
  assert.equal(answer.status, 403)
})

/** The customer's side of it, at a phone of the network. */
async function order(network: Skein): Promise<void> {
  for (const [body, answer] of [said.slice(0, 2), said.slice(2, 4)]) {
    const sent = await network.ask('POST', handset, { to: kiosk, body })
    assert.equal(sent.status, 201, sent.text)
    await shown(network, answer)
  }
  await shown(network, said.at(-1))
}

async function shown(network: Skein, text: string | undefined): Promise<void> {
  await eventually(async () => {
    const { body } = await network.ask('GET', handset)
    return body.messages.find((message: { body: string }) => message.body === text)
  })
}

/** One conversation with each message once, told by its author and known as delivered. */
async function holdsAll(skein: Skein): Promise<void> {
  const [communications] = await eventually(async () => {
    const [first = [], ...others] = await conversationsOf(skein)
    const delivered = first.filter(({ recipients }) => recipients.every((one) => one.deliveryStatus === 'DELIVERED'))
    return delivered.length >= said.length ? [first, ...others] : undefined
  })
  const heard = communications?.map(({ author, content }) => `${author.address}: ${content.text}`)
  const expected = said.map((text, at) => `${at % 2 === 0 && at < 4 ? phone : kiosk}: ${text}`)
  assert.deepEqual(heard?.toSorted(), expected.toSorted())
  assert.equal((await conversationsOf(skein)).length, 1)
  const messages = new Set(communications?.map(({ resourceId }) => resourceId))
  assert.equal(messages.size, said.length)
}

/** The example with the credentials of an account at a network; answers its webhook's URL. */
async function startKiosk(network: Skein, environment: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      TWILIO_ACCOUNT_SID: network.account.user,
      TWILIO_AUTH_TOKEN: network.account.password,
      TWILIO_API_URL: network.url,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.push(child)
  const [printed] = await once(child.stdout, 'data')
  const url = /http:\S+/.exec(String(printed))?.[0]
  assert.ok(url, String(printed))
  return url
}

async function started(count: number): Promise<Skein[]> {
  const made = await Promise.all(Array.from({ length: count }, () => Skein.start(temporaryFolder())))
  servers.push(...made)
  return made
}

/** A port that was free just now, for what has to be known before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
