import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { signTwilio } from '../../events/signature.ts'
import { unavailable } from '../../store/store.ts'
import { kiosk, type World } from '../../testing/app.ts'
import { authToken, bodyOf, desk, kiran, onStage } from '../testing/stage.ts'

const origin = 'https://skein.example'
const environment = { SKEIN_PUBLIC_URL: origin }

/** A signed form of the real network; `change` is made after it was signed. */
async function tell(world: World, path: string, form: Record<string, string>, change: Record<string, string> = {}) {
  const signature = signTwilio({ url: origin + path, authToken, params: form })
  const payload = new URLSearchParams({ ...form, ...change }).toString()
  return world.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    payload,
  })
}

function pathOf(world: World, what: string, query: Record<string, string>): string {
  return `/skein/v1/Voice/${world.accountSid}/${what}?${new URLSearchParams(query)}`
}

const usual = { CallSid: 'CA1', TranscriptionSid: 'GT1' }
const words = (sequence: number, text: string, track = 'inbound_track', more: Record<string, string> = {}) => ({
  ...usual,
  TranscriptionEvent: 'transcription-content',
  SequenceId: String(sequence),
  Timestamp: `2026-01-05T09:00:0${sequence}.500000Z`,
  Track: track,
  Final: 'true',
  TranscriptionData: JSON.stringify({ transcript: text, confidence: 0.9 }),
  ...more,
})
const started: Record<string, string> = { ...usual, TranscriptionEvent: 'transcription-started', SequenceId: '1' }
const stopped = { ...usual, TranscriptionEvent: 'transcription-stopped', SequenceId: '9' }

describe('the transcription of a call on the real network', () => {
  it('is captured with who said what, and passed on to the application', () =>
    onStage(async ({ world, documents, pass, said, conversations, asked }) => {
      const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
      documents['https://app.example/t'] = ''
      const query = { from: kiran, to: kiosk, direction: 'inbound', configurationId: id }
      const path = pathOf(world, 'Transcriptions', { ...query, forward: 'https://app.example/t' })
      assert.equal((await tell(world, path, started)).statusCode, 204)
      const [conversationId = ''] = await conversations('CA1')
      await tell(world, path, words(2, 'My par', 'inbound_track', { Final: 'false' }))
      await tell(world, path, words(3, 'My parcel is late'))
      const again = { Timestamp: '2026-01-05T09:00:03Z' }
      assert.equal((await tell(world, path, words(3, 'My parcel is late', 'inbound_track', again))).statusCode, 204)
      await tell(world, path, words(4, 'Let me look', 'outbound_track'))
      await tell(world, path, stopped)
      await pass(4)
      await tell(world, path, words(5, 'Thanks'))
      await pass(2)
      await tell(world, path, words(6, 'Too late'))
      assert.deepEqual(await said(conversationId), [
        'CUSTOMER: My parcel is late',
        'AGENT: Let me look',
        'CUSTOMER: Thanks',
      ])
      assert.equal(asked('https://app.example/t').length, 8)
      await pass(14)
      assert.equal(bodyOf(await world.get(`/v2/Conversations/${conversationId}`), 200).status, 'CLOSED')
      const { communications } = bodyOf(await world.get(`/v2/Conversations/${conversationId}/Communications`), 200)
      const [{ channelId, content }] = communications
      assert.deepEqual([channelId, content.transcription.channel, content.transcription.confidence], ['CA1', 0, 0.9])
    }, environment))

  it('waits for a database that is away for a moment, as the network does not tell twice', () =>
    onStage(async ({ world, said, conversations }) => {
      const { store } = world
      const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
      const path = pathOf(world, 'Transcriptions', {
        from: kiran,
        to: kiosk,
        direction: 'inbound',
        configurationId: id,
      })
      const away = () => Promise.reject(unavailable('The database is away.'))
      const { intake } = store
      const { get } = store.read
      store.intake = away
      store.read.get = away
      const told = tell(world, path, words(2, 'My parcel is late'))
      await setTimeout(20)
      store.read.get = get
      await setTimeout(150)
      store.intake = intake
      assert.equal((await told).statusCode, 204)
      const [conversationId = ''] = await conversations('CA1')
      assert.deepEqual(await said(conversationId), ['CUSTOMER: My parcel is late'])
    }, environment))

  it('of an outbound call has the called party on the inbound track', () =>
    onStage(async ({ world, said, conversations }) => {
      const id = await world.makeConfiguration({ channelSettings: {} })
      const path = pathOf(world, 'Transcriptions', {
        from: kiosk,
        to: kiran,
        direction: 'outbound',
        configurationId: id,
      })
      await tell(world, path, words(2, 'Hello?'))
      await tell(world, path, words(3, 'The kiosk here', 'outbound_track'))
      assert.deepEqual(await said((await conversations('CA1'))[0] ?? ''), ['CUSTOMER: Hello?', 'AGENT: The kiosk here'])
    }, environment))

  it('is refused where it is forged, changed, for another URL or another account', () =>
    onStage(async ({ world, warnings, pass }) => {
      const path = pathOf(world, 'Transcriptions', { from: kiran, to: kiosk })
      const form = words(2, 'Hi')
      const refused = [
        await tell(world, path, form, { TranscriptionData: '{"transcript":"Ho"}' }),
        await world.app.inject({
          method: 'POST',
          url: path,
          payload: '',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
        await tell(world, path.replace(world.accountSid, `AC${'0'.repeat(32)}`), form),
        await tell(world, `${path}&x=1`.replace('x=1', 'x=2'), form).then(async () =>
          world.app.inject({
            method: 'POST',
            url: `${path}&x=3`,
            headers: {
              'content-type': 'application/x-www-form-urlencoded',
              'x-twilio-signature': signTwilio({ url: origin + path, authToken, params: form }),
            },
            payload: new URLSearchParams(form).toString(),
          }),
        ),
      ]
      assert.deepEqual(
        refused.map(({ statusCode }) => statusCode),
        [403, 403, 403, 403],
      )
      await pass(60)
      assert.ok(
        (await warnings()).includes('A voice webhook was not signed as it should be, so nothing of it was taken.'),
      )
    }, environment))

  it('names what is missing, and tells of errors', () =>
    onStage(async ({ world, warnings }) => {
      const path = pathOf(world, 'Transcriptions', { from: kiran, to: kiosk })
      for (const [where, form, field] of [
        [path, { ...started, CallSid: '' }, 'CallSid'],
        [pathOf(world, 'Transcriptions', { to: kiosk }), started, 'from'],
        [pathOf(world, 'Transcriptions', { from: kiran }), started, 'to'],
      ] as const) {
        const answer = await tell(world, where, form)
        assert.equal(answer.statusCode, 400)
        assert.match(answer.json().message, new RegExp(field))
      }
      await tell(world, path, { ...usual, TranscriptionEvent: 'transcription-error', TranscriptionError: 'no engine' })
      assert.ok((await warnings()).includes('The transcription of a call failed: no engine'))
    }, environment))

  it('ends as the same conversation in whatever order its events come, and however often', async () => {
    const events = [started, words(2, 'One'), words(3, 'Two', 'outbound_track'), words(4, 'Three'), stopped]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...events, ...events], { minLength: 10 }), (shuffled) =>
        onStage(async ({ world, said, conversations }) => {
          const id = await world.makeConfiguration({ channelSettings: {} })
          const path = pathOf(world, 'Transcriptions', { from: kiran, to: kiosk, configurationId: id })
          const isNew = (form: object, at: number) => shuffled.indexOf(form as typeof started) === at
          for (const [at, form] of shuffled.entries()) {
            assert.equal((await tell(world, path, form)).statusCode, isNew(form, at) ? 204 : 403)
          }
          const found = await conversations('CA1')
          assert.equal(found.length, 1)
          assert.deepEqual(await said(found[0] ?? ''), ['CUSTOMER: One', 'AGENT: Two', 'CUSTOMER: Three'])
        }, environment),
      ),
      { numRuns: 3 },
    )
  })
})

describe('the webhook of a call on the real network', () => {
  it('asks the application and puts Skein in the way', () =>
    onStage(async ({ world, documents, asked, said, conversations }) => {
      const id = await world.makeConfiguration({ channelSettings: {} })
      const app = 'https://app.example/voice?tenant=1'
      documents['https://app.example/voice'] =
        `<Response><Start><Transcription conversationConfiguration="${id}"/></Start><Dial action="/done">${desk}</Dial></Response>`
      const form = { CallSid: 'CA1', From: kiran, To: kiosk, Direction: 'inbound' }
      const answer = await tell(world, pathOf(world, 'Webhook', { url: app }), form)
      assert.equal(answer.statusCode, 200)
      assert.match(answer.headers['content-type'] as string, /^text\/xml/)
      assert.deepEqual({ ...asked(app)[0] }, form)
      const callback = /statusCallbackUrl="([^"]+)"/.exec(answer.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const path = callback.replace(origin, '')
      await tell(world, path, words(2, 'Hello?'))
      await tell(world, path, words(3, 'Nina here', 'outbound_track'))
      assert.deepEqual(await said((await conversations('CA1'))[0] ?? ''), ['CUSTOMER: Hello?', 'AGENT: Nina here'])
      assert.match(answer.body, /action="https:\/\/skein\.example\/skein\/v1\/Voice\/AC/)
    }, environment))

  it('passes on what it cannot read, and fails where the application does', () =>
    onStage(async ({ world, documents, warnings }) => {
      documents['https://app.example/voice'] = 'Sorry'
      const form = { CallSid: 'CA1', From: kiran, To: kiosk }
      const answer = await tell(world, pathOf(world, 'Webhook', { url: 'https://app.example/voice' }), form)
      assert.deepEqual([answer.statusCode, answer.body], [200, 'Sorry'])
      assert.ok((await warnings()).some((one) => /cannot be read/.test(one)))
      assert.equal(
        (await tell(world, pathOf(world, 'Webhook', { url: 'https://gone.example/' }), form)).statusCode,
        503,
      )
      assert.equal((await tell(world, pathOf(world, 'Webhook', { x: '1' }), form)).statusCode, 400)
    }, environment))
})
