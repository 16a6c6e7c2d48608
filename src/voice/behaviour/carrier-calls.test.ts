import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callForm, connectTwilio, farAccount, farToken } from '../../carriers/testing/twilio.ts'
import { firstIdAt } from '../../kernel/ids.ts'
import { kiosk } from '../../testing/app.ts'
import { bodyOf, kiran, onStage, postForm, type Stage } from '../testing/stage.ts'

const far = 'https://twilio.example.test'
const callSid = `CA${'5'.repeat(32)}`
const calls = ({ world }: Stage) => `/2010-04-01/Accounts/${world.accountSid}/Calls`
const answering = (stage: Stage, status: number, body: object) => {
  stage.world.receiver.answer = ({ url }) =>
    url.startsWith(far) ? { status, body: JSON.stringify(body) } : { status: 200 }
}

describe('a call from a number at a connected carrier', () => {
  it('is begun there with Skein in the way, and kept as the carrier tells of it', () =>
    onStage(async (stage) => {
      const { world, pass } = stage
      const { webhooks } = await connectTwilio(world, { baseUrl: far })
      const voice = (webhooks.voice ?? '').replace('/Webhook', '')
      answering(stage, 201, { sid: callSid, status: 'queued' })
      const made = bodyOf(
        await postForm(world, `${calls(stage)}.json`, {
          To: kiran,
          From: kiosk,
          Url: 'https://app.example/voice?a=1',
          Method: 'GET',
          FallbackUrl: 'https://app.example/plan-b',
          StatusCallback: 'https://app.example/status',
          StatusCallbackEvent: 'answered completed',
          Timeout: '20',
        }),
        201,
      )
      assert.deepEqual([made.sid, made.status, made.direction], [callSid, 'queued', 'outbound-api'])
      const [asked] = world.receiver.received
      assert.equal(asked?.url, `${far}/2010-04-01/Accounts/${farAccount}/Calls.json`)
      assert.equal(asked?.headers.Authorization, `Basic ${Buffer.from(`${farAccount}:${farToken}`).toString('base64')}`)
      const form = new URLSearchParams(asked?.text)
      const through = (url: string) => `${voice}/Webhook?${new URLSearchParams({ url })}`
      assert.deepEqual(
        ['To', 'From', 'Timeout', 'Url', 'Method', 'FallbackUrl'].map((name) => form.get(name)),
        [kiran, kiosk, '20', through('https://app.example/voice?a=1'), 'GET', through('https://app.example/plan-b')],
      )
      assert.deepEqual(form.getAll('StatusCallbackEvent'), ['initiated', 'ringing', 'answered', 'completed'])
      const callback = form.get('StatusCallback') ?? ''
      const tell = async (CallStatus: string, more: Record<string, string> = {}) => {
        const told = { AccountSid: farAccount, CallSid: callSid, CallStatus, ...more }
        assert.equal((await callForm(world, callback, told)).status, 204)
      }
      await tell('ringing')
      await tell('in-progress')
      const fetched = async () => bodyOf(await world.get(`${calls(stage)}/${callSid}.json`), 200)
      assert.equal((await fetched()).status, 'in-progress')
      await pass(4)
      await tell('completed', { CallDuration: '4' })
      const { status, duration } = await fetched()
      assert.deepEqual([status, duration], ['completed', '4'])
      const passedOn = world.receiver.received.filter(({ url }) => url === 'https://app.example/status')
      assert.deepEqual(
        passedOn.map(({ body }) => body.CallStatus),
        ['in-progress', 'completed'],
      )
      const late = await postForm(world, `${calls(stage)}/${callSid}.json`, { Status: 'completed' })
      assert.deepEqual([late.status, late.body.code], [400, 21220])
    }))

  it('is over when one of two reports that come at once says so', () =>
    onStage(async (stage) => {
      const { world } = stage
      await connectTwilio(world, { baseUrl: far })
      answering(stage, 201, { sid: callSid, status: 'queued' })
      await postForm(world, `${calls(stage)}.json`, { To: kiran, From: kiosk, Twiml: '<Response/>' })
      const callback = new URLSearchParams(world.receiver.received[0]?.text).get('StatusCallback') ?? ''
      const tell = (CallStatus: string) =>
        callForm(world, callback, { AccountSid: farAccount, CallSid: callSid, CallStatus })
      await Promise.all([tell('completed'), tell('in-progress'), tell('ringing')])
      assert.equal(bodyOf(await world.get(`${calls(stage)}/${callSid}.json`), 200).status, 'completed')
    }))

  it('is known by reports that overtake the answer of the carrier', () =>
    onStage(async (stage) => {
      const { world } = stage
      await connectTwilio(world, { baseUrl: far })
      let callback = ''
      const tell = (CallStatus: string) => {
        const told = { AccountSid: farAccount, CallSid: callSid, CallStatus, From: kiosk, To: kiran }
        return callForm(world, callback, told)
      }
      world.receiver.answer = async ({ text }) => {
        callback = new URLSearchParams(text).get('StatusCallback') ?? ''
        await Promise.all([tell('ringing'), tell('busy')])
        return { status: 201, body: JSON.stringify({ sid: callSid, status: 'queued' }) }
      }
      const form = { To: kiran, From: kiosk, Twiml: '<Response/>' }
      const made = bodyOf(await postForm(world, `${calls(stage)}.json`, form), 201)
      assert.deepEqual([made.sid, made.status, made.from, made.to], [callSid, 'busy', kiosk, kiran])
      const { calls: listed } = bodyOf(await world.get(`${calls(stage)}.json`), 200)
      assert.deepEqual(
        listed.map(({ sid, status }: { sid: string; status: string }) => [sid, status]),
        [[callSid, 'busy']],
      )
    }))

  it('is not made known again by a report that comes long after it began', () =>
    onStage(async (stage) => {
      const { world } = stage
      const { webhooks } = await connectTwilio(world, { baseUrl: far })
      const voice = (webhooks.voice ?? '').replace('/Webhook', '')
      const told = { AccountSid: farAccount, CallSid: callSid, CallStatus: 'completed', From: kiosk, To: kiran }
      for (const key of [firstIdAt(Date.now() - 120_000), '', 'nonsense', firstIdAt(Date.now() + 600_000)]) {
        assert.equal((await callForm(world, `${voice}/Calls?key=${key}`, told)).status, 204)
      }
      assert.equal((await world.get(`${calls(stage)}/${callSid}.json`)).status, 404)
    }))

  it('is steered there, its TwiML led through Skein', () =>
    onStage(async (stage) => {
      const { world } = stage
      const { webhooks } = await connectTwilio(world, { baseUrl: far })
      answering(stage, 201, { sid: callSid, status: 'in-progress' })
      const relay =
        '<Connect><ConversationRelay url="wss://app.example/ws" conversationId="conv_conversation_1"/></Connect>'
      await postForm(world, `${calls(stage)}.json`, { To: kiran, From: kiosk, Twiml: `<Response>${relay}</Response>` })
      const relayUrl = (webhooks.voice ?? '').replace('/Webhook', '/Relay').replace('http', 'ws')
      assert.ok(world.receiver.received[0]?.body.Twiml.includes(`url="${relayUrl}?url=wss%3A%2F%2Fapp.example%2Fws`))
      answering(stage, 200, { sid: callSid, status: 'completed' })
      const change = `${calls(stage)}/${callSid}.json`
      const unread = await postForm(world, change, { Twiml: '<Response>' })
      assert.equal(unread.status, 200)
      assert.equal(world.receiver.received[1]?.body.Twiml, '<Response>')
      const ended = bodyOf(await postForm(world, change, { Status: 'completed' }), 200)
      assert.equal(ended.status, 'completed')
      const asked = world.receiver.received.at(-1)
      assert.deepEqual(
        [asked?.url, asked?.body],
        [`${far}/2010-04-01/Accounts/${farAccount}/Calls/${callSid}.json`, { Status: 'completed' }],
      )
    }))

  it('is refused as the carrier refuses it, and unavailable when that is not reached', () =>
    onStage(async (stage) => {
      const { world } = stage
      await connectTwilio(world, { baseUrl: far })
      const begin = () => postForm(world, `${calls(stage)}.json`, { To: kiran, From: kiosk, Twiml: '<Response/>' })
      answering(stage, 400, { code: 21215, message: 'Not permitted' })
      const refused = await begin()
      assert.deepEqual([refused.status, refused.body.code, refused.body.message], [400, 21215, 'Not permitted'])
      answering(stage, 500, {})
      assert.equal((await begin()).status, 503)
      world.receiver.answer = () => ({ error: 'dns' })
      assert.equal((await begin()).status, 503)
      const unsigned = await world.app.inject({
        method: 'POST',
        url: `/skein/v1/Voice/${world.accountSid}/Calls`,
        payload: '',
      })
      assert.equal(unsigned.statusCode, 403)
    }))
})
