import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { openWorld, type World } from '../testing/app.ts'
import type { CallChange, CallOutcome, Carrier, OutboundCall, OutboundMessage, StartedCall } from './carrier.ts'
import type { MessageTraffic } from './message-traffic.ts'

// A carrier that nobody has heard of, in one file, fills the whole port: numbers, messages out and in, their status, and calls.

const own = '+15550007777'
const phone = '+15551234567'
const callSid = `CA${'7'.repeat(32)}`

class Acme implements Carrier {
  readonly name = 'acme'
  readonly channels = ['SMS'] as const
  readonly sent: OutboundMessage[] = []
  readonly called: (OutboundCall | CallChange)[] = []
  readonly traffic: MessageTraffic
  readonly calls = {
    startCall: async (call: OutboundCall): Promise<CallOutcome> => {
      this.called.push(call)
      return call.to === phone
        ? { callSid, status: 'queued' }
        : { refused: { code: 21215, message: 'Acme does not call there.' } }
    },
    changeCall: async (call: StartedCall, change: CallChange): Promise<CallOutcome> => {
      this.called.push(change)
      return 'status' in change
        ? { callSid: call.callSid, status: 'completed' }
        : { unreachable: 'Acme is out to lunch' }
    },
  }
  #account = 0

  constructor(traffic: MessageTraffic) {
    this.traffic = traffic
  }

  async numbers(account: number) {
    this.#account = account
    return [{ channel: 'SMS' as const, address: own, name: 'Acme' }]
  }

  async send(message: OutboundMessage) {
    this.sent.push(message)
    return { messageId: 'acme-1', status: 'queued' as const }
  }

  webhooks(app: FastifyInstance): void {
    app.post<{ Body: { text?: string; delivered?: string } }>('/acme', async ({ body, id: requestId }, reply) => {
      const cause = { account: this.#account, requestId }
      const common = { channel: 'SMS' as const, direction: 'INBOUND' as const, from: phone, to: [own], media: [] }
      if (body.text) {
        await this.traffic.observe(cause, [{ ...common, messageId: 'acme-0', text: body.text, status: 'received' }])
      }
      if (body.delivered) await this.traffic.report(cause, { messageId: body.delivered, status: 'delivered' })
      return reply.status(204).send()
    })
  }
}

async function withAcme(story: (world: World, acme: Acme) => Promise<void>): Promise<void> {
  let acme: Acme | undefined
  const world = await openWorld(
    {},
    {
      carriers: [
        (traffic) => {
          acme = new Acme(traffic)
          return acme
        },
      ],
    },
  )
  try {
    await story(world, acme as Acme)
  } finally {
    await world.close()
  }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('messages come in, go out and are reported through a carrier of one file', () =>
  withAcme(async (world, acme) => {
    const numbers = await world.get(`/2010-04-01/Accounts/${world.accountSid}/IncomingPhoneNumbers.json`)
    assert.deepEqual(
      numbers.body.incoming_phone_numbers.map((one: { phone_number: string }) => one.phone_number),
      [own],
    )
    await world.makeConfiguration({
      channelSettings: {
        SMS: {
          captureRules: [
            { from: '*', to: own },
            { from: own, to: '*' },
          ],
        },
      },
    })
    await world.app.inject({ method: 'POST', url: '/acme', payload: { text: 'Hello' } })
    const { conversations } = (await world.get('/v2/Conversations')).body
    assert.equal(conversations.length, 1)
    const path = `/v2/Conversations/${conversations[0].id}`
    const made = await world.post(`${path}/Actions`, {
      type: 'SEND_MESSAGE',
      payload: {
        from: { address: own, channel: 'SMS' },
        to: [{ address: phone, channel: 'SMS' }],
        content: { text: 'Hi' },
      },
    })
    assert.equal(made.status, 202, made.text)
    await world.advance()
    assert.deepEqual(
      acme.sent.map(({ from, to, text }) => [from, to, text]),
      [[own, phone, 'Hi']],
    )
    await world.app.inject({ method: 'POST', url: '/acme', payload: { delivered: 'acme-1' } })
    const { communications } = (await world.get(`${path}/Communications`)).body
    assert.deepEqual(
      communications.map((one: { content: { text: string }; recipients: { deliveryStatus: string }[] }) => [
        one.content.text,
        one.recipients[0]?.deliveryStatus,
      ]),
      [
        ['Hello', 'DELIVERED'],
        ['Hi', 'DELIVERED'],
      ],
    )
  }))

test('calls are begun, kept, refused and steered through a carrier of one file', () =>
  withAcme(async (world, acme) => {
    const calls = `/2010-04-01/Accounts/${world.accountSid}/Calls`
    const post = (path: string, fields: Record<string, string>) =>
      world.post(path, new URLSearchParams(fields).toString(), form)
    const made = await post(`${calls}.json`, { To: phone, From: own, Twiml: '<Response/>' })
    assert.deepEqual([made.status, made.body.sid, made.body.status], [201, callSid, 'queued'])
    const [call] = acme.called
    assert.ok(call && 'key' in call)
    assert.deepEqual(
      [call.from, call.to, call.instructions, call.statusCallback],
      [own, phone, { twiml: '<Response/>' }, null],
    )
    assert.equal((await world.get(`${calls}/${callSid}.json`)).body.direction, 'outbound-api')
    const refused = await post(`${calls}.json`, { To: '+15550008888', From: own, Twiml: '<Response/>' })
    assert.deepEqual(
      [refused.status, refused.body.code, refused.body.message],
      [400, 21215, 'Acme does not call there.'],
    )
    assert.equal((await post(`${calls}/${callSid}.json`, { Url: 'https://app.example/x' })).status, 503)
    const ended = await post(`${calls}/${callSid}.json`, { Status: 'completed' })
    assert.deepEqual([ended.status, ended.body.status], [200, 'completed'])
    assert.deepEqual(acme.called.at(-1), { status: 'completed' })
  }))
