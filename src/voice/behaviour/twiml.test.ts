import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kiosk } from '../../testing/app.ts'
import { bodyOf, desk, kiran, onStage, ownNumber, postForm, voiceUrl } from '../testing/stage.ts'

const heardTexts = (call: { heard: { text: string }[] }) => call.heard.map(({ text }) => text)

describe('a call that runs TwiML', () => {
  it('speaks, gathers keys and speech, goes where it is sent and hangs up', () =>
    onStage(async ({ documents, call, say, pass, act, asked, handset }) => {
      documents[voiceUrl] =
        '<Response><Gather action="/keys" numDigits="2"><Say>Press two keys</Say></Gather></Response>'
      documents['https://app.example/keys'] = ({ Digits }) =>
        `<Response><Say>You pressed ${Digits}</Say><Gather input="speech" action="/words"/></Response>`
      documents['https://app.example/words'] = '<Response><Redirect method="GET">/bye</Redirect></Response>'
      documents['https://app.example/bye'] = '<Response><Say>Bye</Say><Hangup/></Response>'
      const sid = await call()
      await pass(1)
      await act(sid, 'Digits', { digits: '42' })
      await pass(2)
      await say(sid, 'Two flat whites')
      await pass(0.8)
      assert.deepEqual(heardTexts(await handset(sid)), ['Press two keys', 'You pressed 42'])
      await pass(1)
      assert.equal(asked('https://app.example/words')[0]?.SpeechResult, 'Two flat whites')
      assert.equal((await handset(sid)).status, 'completed')
    }))

  it('dials a number, a client or a SIP address, and tells the action how it went', () =>
    onStage(async ({ world, documents, call, pass, act, say, asked, handset }) => {
      documents[voiceUrl] =
        `<Response><Dial timeout="10" action="/done">${desk}<Client>nina</Client><Sip>sip:desk@pbx.example</Sip></Dial></Response>`
      documents['https://app.example/done'] = '<Response><Say>Thanks</Say></Response>'
      const ringing = async (address: string) => {
        const path = `/skein/v1/Handsets/${encodeURIComponent(address)}/Calls`
        return bodyOf(await world.get(path), 200).calls[0]
      }
      const sid = await call()
      await pass()
      const child = await ringing('client:nina')
      assert.deepEqual([child.status, child.from, child.direction], ['ringing', kiran, 'outbound-dial'])
      await act(child.callSid, 'Answer', {}, 'client:nina')
      assert.equal((await ringing(desk)).status, 'canceled')
      assert.equal((await ringing('sip:desk@pbx.example')).status, 'canceled')
      await say(child.callSid, 'Nina here', 'client:nina')
      await pass(3)
      await act(child.callSid, 'Hangup', {}, 'client:nina')
      await pass()
      const [done] = asked('https://app.example/done')
      assert.deepEqual(
        [done?.DialCallStatus, done?.DialCallSid, done?.DialCallDuration],
        ['completed', child.callSid, '3'],
      )
      assert.deepEqual(heardTexts(await handset(sid)), ['Nina here'])
      await pass(1)
      await call()
      await pass(10)
      assert.equal(asked('https://app.example/done')[1]?.DialCallStatus, 'no-answer')
      await call()
      await pass()
      for (const address of [desk, 'client:nina', 'sip:desk@pbx.example']) {
        await act((await ringing(address)).callSid, 'Hangup', {}, address)
      }
      await pass()
      assert.equal(asked('https://app.example/done')[2]?.DialCallStatus, 'busy')
    }))

  it('rejects a call without answering it', () =>
    onStage(async ({ documents, call, pass, handset }) => {
      documents[voiceUrl] = '<Response><Reject reason="busy"/></Response>'
      const sid = await call()
      await pass()
      const { status, answeredAt } = await handset(sid)
      assert.deepEqual([status, answeredAt], ['busy', null])
    }))

  it('warns of what nobody knows, and says why a document cannot be obeyed', () =>
    onStage(async ({ documents, call, pass, handset, warnings }) => {
      documents[voiceUrl] =
        '<Response><Dance/><Connect><ConversationRelay url="ws://127.0.0.1:1" conversationConfigurationId="x"/></Connect></Response>'
      await call()
      await pass()
      const told = (await warnings()).join('\n')
      assert.match(told, /<Dance> is no verb/)
      assert.match(told, /the attribute is conversationConfiguration/)
      documents[voiceUrl] = '<Response><Say>'
      const broken = await call()
      await pass()
      assert.equal((await handset(broken)).status, 'failed')
      delete documents[voiceUrl]
      await call()
      await pass()
      const reasons = (await warnings()).join('\n')
      assert.match(reasons, /cannot be read: line 1/)
      assert.match(reasons, /gave no instructions for a call: it answered 404/)
    }))

  it('asks the fallback when the application fails', () =>
    onStage(async ({ world, documents, call, pass, asked, handset }) => {
      const other = '+15550002222'
      await ownNumber(world, other, {
        VoiceUrl: 'https://gone.example/x',
        VoiceFallbackUrl: 'https://app.example/plan-b',
      })
      documents['https://app.example/plan-b'] = '<Response><Say>Sorry</Say></Response>'
      const sid = await call(kiran, other)
      await pass(1)
      assert.equal(asked('https://app.example/plan-b')[0]?.ErrorCode, '11200')
      assert.equal((await handset(sid)).status, 'completed')
    }))

  it('ends a call that is sent from document to document without end', () =>
    onStage(async ({ documents, call, pass, handset, asked, warnings }) => {
      documents[voiceUrl] = '<Response><Redirect>/voice</Redirect></Response>'
      const sid = await call()
      await pass()
      assert.equal((await handset(sid)).status, 'completed')
      assert.equal(asked(voiceUrl).length, 100)
      assert.ok((await warnings()).includes('The call was sent to 100 documents in one moment.'))
    }))
})

describe('a transcription of a call', () => {
  it('brings the words of both sides to the conversation and to the callback', () =>
    onStage(async ({ world, documents, call, say, pass, act, said, conversations, asked }) => {
      const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
      documents['https://app.example/t'] = ''
      documents[voiceUrl] =
        `<Response><Start><Transcription conversationConfiguration="${id}" statusCallbackUrl="/t" name="n"/></Start>` +
        '<Say>Please hold</Say><Stop><Transcription name="n"/></Stop><Pause length="100"/></Response>'
      const sid = await call()
      await say(sid, 'Hi')
      await pass(1)
      await say(sid, 'Nobody writes this down')
      await pass(5)
      const [conversationId = ''] = await conversations(sid)
      assert.deepEqual(await said(conversationId), ['CUSTOMER: Hi', 'AGENT: Please hold'].toSorted().toReversed())
      assert.deepEqual(
        asked('https://app.example/t').map(({ TranscriptionEvent, SequenceId, Track, TranscriptionData }) => [
          TranscriptionEvent,
          SequenceId,
          Track,
          TranscriptionData,
        ]),
        [
          ['transcription-started', '1', 'both_tracks', undefined],
          ['transcription-content', '2', 'inbound_track', '{"transcript":"Hi","confidence":1}'],
          ['transcription-content', '3', 'outbound_track', '{"transcript":"Please hold","confidence":1}'],
          ['transcription-stopped', '4', undefined, undefined],
        ],
      )
      await act(sid, 'Hangup')
    }))

  it('hears only the track that it is to hear, and warns of a stop of nothing', () =>
    onStage(async ({ world, documents, call, say, pass, said, conversations, warnings }) => {
      const id = await world.makeConfiguration({ channelSettings: {} })
      documents[voiceUrl] =
        `<Response><Start><Transcription conversationConfiguration="${id}" track="inbound_track"/></Start>` +
        '<Stop><Transcription name="other"/></Stop><Say>Hello</Say><Pause length="100"/></Response>'
      const sid = await call()
      await say(sid, 'Hi')
      await pass(5)
      assert.deepEqual(await said((await conversations(sid))[0] ?? ''), ['CUSTOMER: Hi'])
      assert.ok((await warnings()).includes('<Stop> names no transcription that is running'))
    }))
})

describe('capture rules of calls', () => {
  const silence = '<Response><Say>Hello</Say><Pause length="100"/></Response>'
  const rule = (from: string, to: string, callType?: string) => ({
    from,
    to,
    ...(callType === undefined ? {} : { metadata: { callType } }),
  })

  for (const [name, rules, handset, captured] of [
    ['PSTN by default', [rule('*', kiosk)], kiran, true],
    ['no client without its call type', [rule('*', kiosk)], 'client:alice', false],
    ['a client with its call type', [rule('*', kiosk, 'CLIENT')], 'client:alice', true],
    ['a SIP address with its call type', [rule('*', kiosk, 'PUBLIC_SIP')], 'sip:a@pbx.example', true],
    ['no number where SIP is asked for', [rule('*', kiosk, 'PUBLIC_SIP')], kiran, false],
    ['no call in the other direction', [rule(kiosk, '*')], kiran, false],
  ] as const) {
    it(`captures ${name}`, () =>
      onStage(async ({ world, documents, call, say, pass, said, conversations }) => {
        await world.makeConfiguration({ channelSettings: { VOICE: { captureRules: rules } } })
        documents[voiceUrl] = silence
        const sid = await call(handset)
        await pass()
        const found = await conversations(sid)
        assert.equal(found.length, captured ? 1 : 0)
        await say(sid, 'Two flat whites', handset)
        await pass(5)
        if (captured) assert.deepEqual(await said(found[0] ?? ''), ['AGENT: Hello', 'CUSTOMER: Two flat whites'])
      }))
  }

  it('give way to TwiML that captures the same call, with a warning', () =>
    onStage(async ({ world, documents, call, say, pass, said, conversations, warnings }) => {
      const id = await world.makeConfiguration({
        channelSettings: { VOICE: { captureRules: [rule('*', kiosk)], statusTimeouts: null } },
      })
      const start = `<Start><Transcription conversationConfiguration="${id}"/></Start>`
      documents[voiceUrl] = `<Response>${start}<Pause length="100"/></Response>`
      const sid = await call()
      await say(sid, 'Once')
      await pass(5)
      assert.deepEqual(await said((await conversations(sid))[0] ?? ''), ['CUSTOMER: Once'])
      assert.ok((await warnings()).some((one) => /the rule does not/.test(one)))
    }))

  it('give way to TwiML that comes later in the call', () =>
    onStage(async ({ world, documents, call, say, pass, said, conversations, warnings }) => {
      await world.makeConfiguration({
        channelSettings: { VOICE: { captureRules: [rule('*', kiosk)], statusTimeouts: null } },
      })
      const other = await world.makeConfiguration({ displayName: 'active', channelSettings: {} })
      documents[voiceUrl] = '<Response><Pause length="2"/><Redirect>/later</Redirect></Response>'
      documents['https://app.example/later'] =
        `<Response><Start><Transcription conversationConfiguration="${other}"/></Start><Pause length="100"/></Response>`
      const sid = await call()
      await say(sid, 'First')
      await pass(5)
      await say(sid, 'Second')
      await pass(5)
      const found = await conversations(sid)
      assert.deepEqual((await Promise.all(found.map(said))).toSorted(), [['CUSTOMER: First'], ['CUSTOMER: Second']])
      assert.ok((await warnings()).some((one) => /the rule does not/.test(one)))
    }))

  it('capture words once though two transcriptions run, and the second goes on when the first stops', () =>
    onStage(async ({ world, documents, call, say, pass, said, conversations, warnings }) => {
      const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
      const start = (name: string) => `<Start><Transcription conversationConfiguration="${id}" name="${name}"/></Start>`
      documents[voiceUrl] =
        `<Response>${start('a')}${start('b')}<Pause length="5"/><Stop><Transcription name="a"/></Stop><Pause length="9"/></Response>`
      const sid = await call()
      await say(sid, 'One')
      await pass(6)
      await say(sid, 'Two')
      await pass(2)
      assert.deepEqual(await said((await conversations(sid))[0] ?? ''), ['CUSTOMER: One', 'CUSTOMER: Two'])
      assert.ok((await warnings()).some((one) => /Two streams of one call/.test(one)))
    }))
})

describe('calls of the API', () => {
  it('ring a handset, tell how they go, are sent elsewhere and ended', () =>
    onStage(async ({ world, documents, pass, act, asked, handset }) => {
      const calls = `/2010-04-01/Accounts/${world.accountSid}/Calls`
      const status = 'https://app.example/status'
      documents[status] = ''
      documents[voiceUrl] = '<Response><Say>Hello</Say><Pause length="100"/></Response>'
      const call = bodyOf(
        await postForm(world, `${calls}.json`, {
          To: kiran,
          From: kiosk,
          Url: voiceUrl,
          StatusCallback: status,
          StatusCallbackEvent: 'initiated ringing answered completed',
        }),
        201,
      )
      assert.match(call.sid, /^CA[0-9a-f]{32}$/)
      assert.deepEqual([call.direction, call.from, call.to], ['outbound-api', kiosk, kiran])
      await act(call.sid, 'Answer')
      await pass(1)
      assert.deepEqual(heardTexts(await handset(call.sid)), ['Hello'])
      bodyOf(
        await postForm(world, `${calls}/${call.sid}.json`, {
          Twiml: '<Response><Say>New</Say><Pause length="9"/></Response>',
        }),
        200,
      )
      await pass(2)
      assert.deepEqual(heardTexts(await handset(call.sid)), ['Hello', 'New'])
      bodyOf(await postForm(world, `${calls}/${call.sid}.json`, { Status: 'completed' }), 200)
      await pass()
      const { status: ended, duration } = bodyOf(await world.get(`${calls}/${call.sid}.json`), 200)
      assert.deepEqual([ended, duration], ['completed', '3'])
      assert.deepEqual(
        asked(status).map(({ CallStatus, SequenceNumber, CallDuration }) => [CallStatus, SequenceNumber, CallDuration]),
        [
          ['queued', '0', undefined],
          ['ringing', '1', undefined],
          ['in-progress', '2', undefined],
          ['completed', '3', '3'],
        ],
      )
      const late = await postForm(world, `${calls}/${call.sid}.json`, { Status: 'completed' })
      assert.deepEqual([late.status, late.body.code], [400, 21220])
    }))

  it('end when nobody answers, when somebody refuses, and when they are canceled', () =>
    onStage(async ({ world, pass, act }) => {
      const calls = `/2010-04-01/Accounts/${world.accountSid}/Calls`
      const begin = async (timeout: string) => {
        const form = { To: kiran, From: kiosk, Twiml: '<Response/>', Timeout: timeout }
        return bodyOf(await postForm(world, `${calls}.json`, form), 201).sid as string
      }
      const [unanswered, refused, canceled] = [await begin('5'), await begin('60'), await begin('60')]
      await act(refused, 'Hangup')
      bodyOf(await postForm(world, `${calls}/${canceled}.json`, { Status: 'canceled' }), 200)
      await pass(5)
      const page = bodyOf(await world.get(`${calls}.json?PageSize=2`), 200)
      assert.deepEqual(
        page.calls.map(({ sid, status }: { sid: string; status: string }) => [sid, status]),
        [
          [canceled, 'canceled'],
          [refused, 'busy'],
        ],
      )
      const next = bodyOf(await world.get(page.next_page_uri), 200)
      assert.deepEqual([next.calls.length, next.calls[0].sid, next.calls[0].status], [1, unanswered, 'no-answer'])
      const back = bodyOf(await world.get(next.previous_page_uri), 200)
      assert.deepEqual(back.calls, page.calls)
      assert.equal(
        bodyOf(await world.get(`${calls}.json?Status=busy&From=${encodeURIComponent(kiosk)}`), 200).calls.length,
        1,
      )
    }))

  it('refuse what cannot be called, and know no call of another account', () =>
    onStage(async ({ world, documents, call, pass }) => {
      const calls = `/2010-04-01/Accounts/${world.accountSid}/Calls`
      const good = { To: kiran, From: kiosk, Url: voiceUrl }
      for (const [change, code] of [
        [{ To: '' }, 21201],
        [{ To: 'somebody' }, 21211],
        [{ From: '' }, 21213],
        [{ From: '15550001111' }, 21212],
        [{ From: '+15550007777' }, 21210],
        [{ Url: '' }, 21205],
        [{ Url: 'ftp://x.example' }, 21205],
        [{ Method: 'PUT' }, 21403],
        [{ Twiml: 'x'.repeat(4001) }, 21240],
        [{ StatusCallback: voiceUrl, StatusCallbackEvent: 'thought' }, 21626],
        [{ Timeout: '0' }, 21220],
      ] as const) {
        const { status, body } = await postForm(world, `${calls}.json`, { ...good, ...change } as Record<
          string,
          string
        >)
        assert.deepEqual([status, body.code], [400, code], JSON.stringify(change))
      }
      documents[voiceUrl] = '<Response><Pause length="100"/></Response>'
      const sid = await call()
      await pass()
      for (const [fields, code] of [
        [{ Status: 'paused' }, 21218],
        [{}, 21205],
        [{ Status: 'canceled' }, 21220],
      ] as const) {
        const { status, body } = await postForm(world, `${calls}/${sid}.json`, fields as Record<string, string>)
        assert.deepEqual([status, body.code], [400, code], JSON.stringify(fields))
      }
      const base = `/skein/v1/Handsets/${encodeURIComponent(kiran)}/Calls`
      assert.equal((await world.post(base, { to: '+15550007777' })).status, 400)
      assert.equal((await world.post(`${base}/${sid}/Answer`)).status, 400)
      assert.equal((await world.post(`${base}/${sid}/Speech`, { text: ' ' })).status, 400)
      assert.equal((await world.post(`${base}/${sid}/Digits`, { digits: 'x' })).status, 400)
      assert.equal((await world.get(`/skein/v1/Handsets/${encodeURIComponent(desk)}/Calls/${sid}`)).status, 404)
      const stranger = await world.makeStranger()
      assert.equal((await stranger.get(`/2010-04-01/Accounts/${stranger.accountSid}/Calls/${sid}.json`)).status, 404)
      assert.equal((await stranger.post(`${base}/${sid}/Hangup`)).status, 404)
    }))
})
