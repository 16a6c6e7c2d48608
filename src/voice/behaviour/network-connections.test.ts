import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import twilio from 'twilio'
import { WebSocket } from 'ws'
import { callForm, connectTwilio, farAccount, farToken } from '../../carriers/testing/twilio.ts'
import { kiosk, type World } from '../../testing/app.ts'
import { authToken, kiran, onStage, type Stage, withEcho } from '../testing/stage.ts'

const app = 'https://app.example/voice'
const incoming = { CallSid: 'CA1', AccountSid: farAccount, From: kiran, To: kiosk, Direction: 'inbound' }
const words = (text: string, more: Record<string, string> = {}) => ({
  CallSid: 'CA1',
  AccountSid: farAccount,
  TranscriptionSid: 'GT1',
  TranscriptionEvent: 'transcription-content',
  SequenceId: '2',
  Timestamp: '2026-01-05T09:00:02Z',
  Track: 'inbound_track',
  Final: 'true',
  TranscriptionData: JSON.stringify({ transcript: text, confidence: 0.9 }),
  ...more,
})
const attribute = (body: string, name: string) =>
  new RegExp(`${name}="([^"]+)"`).exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''

/** The number's voice URL, behind a connection to an account at the carrier. */
async function connected(world: World): Promise<string> {
  const { webhooks } = await connectTwilio(world)
  return `${webhooks.voice}?${new URLSearchParams({ url: app })}`
}

async function told({ world, warnings, pass }: Stage): Promise<string[]> {
  await pass(60)
  void world
  return warnings()
}

describe('a call at a carrier that is connected', () => {
  it('is asked for and told of with that connection’s token, both ways', () =>
    onStage(async ({ world, documents, said, conversations }) => {
      const id = await world.makeConfiguration({ channelSettings: {} })
      documents['https://app.example/told'] = ''
      documents[app] =
        `<Response><Start><Transcription conversationConfiguration="${id}" statusCallbackUrl="/told" inboundTrackLabel="Kiran"/></Start></Response>`
      const answer = await callForm(world, await connected(world), incoming)
      assert.equal(answer.status, 200, answer.text)
      const callback = attribute(answer.text, 'statusCallbackUrl')
      assert.equal((await callForm(world, callback, words('Is it open?'))).status, 204)
      const [conversationId = ''] = await conversations('CA1')
      assert.deepEqual(await said(conversationId), ['CUSTOMER: Is it open?'])
      const { participants } = (await world.get(`/v2/Conversations/${conversationId}/Participants`)).body
      assert.ok(participants.some((one: { name: string }) => one.name === 'Kiran'))
      for (const { url, headers, body } of world.receiver.received) {
        const signature = headers['X-Twilio-Signature'] ?? ''
        assert.ok(twilio.validateRequest(farToken, signature, url, body), `the application can verify ${url}`)
      }
      assert.equal(world.receiver.received.length, 2)
    }))

  it('is refused with another token, for another account, and when it comes again, and the debugger hears of each', () =>
    onStage(async (stage) => {
      const { world, documents, asked } = stage
      documents[app] = '<Response/>'
      const url = await connected(world)
      const statuses = [
        await callForm(world, url, incoming, { token: authToken }),
        await callForm(world, url, incoming, {
          sent: new URLSearchParams({ ...incoming, From: '+15550000000' }).toString(),
        }),
        await callForm(world, url.replace('skein_carrier_', 'skein_carrier_0'), incoming),
        await callForm(world, url, { ...incoming, AccountSid: `AC${'0'.repeat(32)}` }),
        await callForm(world, url, incoming),
        await callForm(world, url, incoming),
        // The same form for the same document is no replay if the network says that it is another request.
        await callForm(world, url, incoming, { headers: { 'i-twilio-idempotency-token': 'second' } }),
      ].map(({ status }) => status)
      assert.deepEqual(statuses, [403, 403, 403, 403, 200, 403, 200])
      assert.equal(asked(app).length, 2)
      const messages = await told(stage)
      for (const refusal of [/not signed as it should be/, /another account or call/, /once more after/]) {
        assert.ok(
          messages.some((one) => refusal.test(one)),
          String(refusal),
        )
      }
    }))

  it('has its own way: the account’s path knows nothing of the connection’s token', () =>
    onStage(async ({ world, documents }) => {
      documents[app] = '<Response/>'
      const url = await connected(world)
      const own = url.replace(/Voice\/[^/]+/, `Voice/${world.accountSid}`)
      assert.equal((await callForm(world, own, incoming)).status, 403)
      const form = { ...incoming, AccountSid: world.accountSid }
      assert.equal((await callForm(world, own, form, { token: authToken })).status, 200)
      const foreign = await callForm(world, own, incoming, { token: authToken })
      assert.equal(foreign.status, 403)
    }))

  it('keeps words that are told again, and words of another account, out', () =>
    onStage(async (stage) => {
      const { world, documents, said, conversations } = stage
      const id = await world.makeConfiguration({ channelSettings: {} })
      documents[app] = `<Response><Start><Transcription conversationConfiguration="${id}"/></Start></Response>`
      const callback = attribute((await callForm(world, await connected(world), incoming)).text, 'statusCallbackUrl')
      const statuses = [
        await callForm(world, callback, words('Once')),
        await callForm(world, callback, words('Once')),
        await callForm(world, callback, words('Changed'), { token: authToken }),
        await callForm(world, callback, words('Foreign', { AccountSid: world.accountSid, SequenceId: '3' })),
      ].map(({ status }) => status)
      assert.deepEqual(statuses, [204, 403, 403, 403])
      assert.deepEqual(await said((await conversations('CA1'))[0] ?? ''), ['CUSTOMER: Once'])
    }))
})

describe('a relay session at a carrier that is connected', () => {
  it('is let in once, for its own call and account, and signed for the application with the connection’s token', () =>
    withEcho((application) =>
      onStage(async (stage) => {
        const { world, documents, conversations } = stage
        const id = await world.makeConfiguration({ channelSettings: {} })
        documents[app] =
          `<Response><Connect><ConversationRelay url="${application.url}" conversationConfiguration="${id}"/></Connect></Response>`
        const origin = await world.app.listen({ port: 0, host: '127.0.0.1' })
        const voice = (await connected(world)).replace(/^http:\/\/[^/]+/, origin)
        const relayFor = async (form: Record<string, string>) =>
          attribute((await callForm(world, voice, form)).text, 'url').replace(
            /^ws:\/\/[^/]+/,
            origin.replace('http', 'ws'),
          )
        const dial = async (url: string, setup: object, token = farToken) => {
          const signature = twilio.getExpectedTwilioSignature(token, url, {})
          const socket = new WebSocket(url, { headers: { 'x-twilio-signature': signature } })
          const closed = new Promise<number>((resolve) => socket.once('close', resolve))
          await once(socket, 'open')
          socket.send(
            JSON.stringify({
              type: 'setup',
              accountSid: farAccount,
              from: kiran,
              to: kiosk,
              direction: 'inbound',
              ...setup,
            }),
          )
          return { socket, closed }
        }
        const url = await relayFor(incoming)
        await assert.rejects(dial(url, {}, authToken), /403/)
        const foreignCall = await dial(url, { sessionId: 'VX1', callSid: 'CA2' })
        assert.equal(await foreignCall.closed, 1008)
        const foreignAccount = await dial(url, { sessionId: 'VX1', callSid: 'CA1', accountSid: world.accountSid })
        assert.equal(await foreignAccount.closed, 1008)
        assert.equal(application.frames.length, 0)
        const good = await dial(url, { sessionId: 'VX1', callSid: 'CA1' })
        await application.received((frames) => frames.length === 1)
        assert.equal((await conversations('CA1')).length, 1)
        const upgrade = application.upgrades.at(-1)
        const signature = String(upgrade?.headers['x-twilio-signature'])
        assert.ok(twilio.validateRequest(farToken, signature, application.url, {}))
        const replayed = await dial(url, { sessionId: 'VX2', callSid: 'CA1' })
        assert.equal(await replayed.closed, 1008)
        const other = await relayFor({ ...incoming, CallSid: 'CA3' })
        const sameSession = await dial(other, { sessionId: 'VX1', callSid: 'CA3' })
        assert.equal(await sameSession.closed, 1008)
        good.socket.close()
        const messages = await told(stage)
        for (const refusal of [/not signed as it should be/, /another account or call/, /once more after/]) {
          assert.ok(
            messages.some((one) => refusal.test(one)),
            String(refusal),
          )
        }
      }),
    ))
})
