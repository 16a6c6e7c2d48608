import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import twilio from 'twilio'
import { type Json, kiosk } from '../../testing/app.ts'
import {
  authToken,
  bodyOf,
  kiran,
  onStage,
  relayTwiml,
  startApplication,
  until,
  voiceUrl,
  withEcho,
} from '../testing/stage.ts'

const { validateRequest } = twilio

describe('a relay session on a call', () => {
  it('holds what both sides said, fragment by fragment', () =>
    withEcho((application) =>
      onStage(async ({ world, documents, call, say, pass, said, conversations, handset }) => {
        const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
        documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}" welcomeGreeting="Hello."`)
        const sid = await call()
        await pass(1)
        await say(sid, 'My parcel is late')
        await pass(10)
        const [conversationId] = await conversations(sid)
        assert.deepEqual(await said(conversationId as string), [
          'AI_AGENT: Hello.',
          'CUSTOMER: My parcel is late',
          'AI_AGENT: You said: My parcel is late.',
          'AI_AGENT: I see.',
        ])
        const path = `/skein/v1/Conversations/${conversationId}/Communications`
        const { turns } = bodyOf(await world.get(`${path}?turns=true`), 200)
        assert.deepEqual(
          turns.map(({ text, communications }: Json) => [text, communications.length]),
          [
            ['Hello.', 1],
            ['My parcel is late', 1],
            ['You said: My parcel is late. I see.', 2],
          ],
        )
        assert.equal(bodyOf(await world.get(path), 200).communications.length, 4)
        const { heard, status } = await handset(sid)
        assert.equal(status, 'in-progress')
        assert.deepEqual(
          heard.map(({ text }: { text: string }) => text),
          ['Hello.', 'You said: My parcel is late.', 'I see.'],
        )
      }),
    ))

  it('can be found by its call before the first word, and is dialled as the vendor does', () =>
    withEcho((application) =>
      onStage(async ({ world, documents, call, pass, conversations, asked }) => {
        const id = await world.makeConfiguration({ channelSettings: {} })
        const url = `${application.url}?tenant=7&amp;a=b`
        documents[voiceUrl] = relayTwiml(url, `conversationConfiguration="${id}"`).replace(
          '/></Connect>',
          '><Parameter name="plan" value="gold"/></ConversationRelay></Connect>',
        )
        const sid = await call()
        await pass()
        assert.equal((await conversations(sid)).length, 1)
        const [form] = asked(voiceUrl)
        assert.deepEqual(
          { ...form },
          {
            CallSid: sid,
            AccountSid: world.accountSid,
            From: kiran,
            To: kiosk,
            Caller: kiran,
            Called: kiosk,
            CallStatus: 'ringing',
            Direction: 'inbound',
            ApiVersion: '2010-04-01',
            ...Object.fromEntries(
              ['Caller', 'From', 'Called', 'To'].flatMap((side) => [
                [`${side}City`, ''],
                [`${side}State`, ''],
                [`${side}Zip`, ''],
                [`${side}Country`, 'US'],
              ]),
            ),
          },
        )
        const [upgrade] = application.upgrades
        const signature = upgrade?.headers['x-twilio-signature'] as string
        assert.ok(validateRequest(authToken, signature, application.url, { tenant: '7', a: 'b' }))
        await application.received((frames) => frames.length === 1)
        const { sessionId, ...setup } = application.frames[0]
        assert.match(sessionId, /^VX[0-9a-f]{32}$/)
        assert.deepEqual(setup, {
          type: 'setup',
          accountSid: world.accountSid,
          parentCallSid: '',
          callSid: sid,
          from: kiran,
          to: kiosk,
          forwardedFrom: '',
          callType: 'PSTN',
          callerName: '',
          direction: 'inbound',
          callStatus: 'IN_PROGRESS',
          customParameters: { plan: 'gold' },
        })
      }),
    ))

  it('keeps what was spoken when the caller interrupts, and tells the application', () =>
    withEcho((application) =>
      onStage(async ({ world, documents, call, say, pass, said, conversations, act }) => {
        const id = await world.makeConfiguration({ channelSettings: {} })
        const greeting = 'Welcome to the kiosk by the harbour. We have coffee.'
        documents[voiceUrl] = relayTwiml(
          application.url,
          `conversationConfiguration="${id}" welcomeGreeting="${greeting}" dtmfDetection="true"`,
        )
        const sid = await call()
        await pass(1)
        await say(sid, 'Stop')
        await pass(20)
        await act(sid, 'Digits', { digits: '1#' })
        const [conversationId] = await conversations(sid)
        assert.deepEqual((await said(conversationId as string)).slice(0, 2), [
          'AI_AGENT: Welcome to the kiosk',
          'CUSTOMER: Stop',
        ])
        await application.received((frames) => frames.length === 5)
        assert.deepEqual(application.frames.slice(1), [
          { type: 'interrupt', utteranceUntilInterrupt: 'Welcome to the kiosk', durationUntilInterruptMs: 1000 },
          { type: 'prompt', voicePrompt: 'Stop', lang: 'en-US', last: true },
          { type: 'dtmf', digit: '1' },
          { type: 'dtmf', digit: '#' },
        ])
      }),
    ))

  it('goes on after an invalid message, and says what was wrong with it', async () => {
    const application = await startApplication(({ type }, socket) => {
      if (type === 'setup') socket.send('{"type":"text"}')
      return type === 'error' ? [{ type: 'text', token: 'Sorry', last: true }] : undefined
    })
    try {
      await onStage(async ({ world, documents, call, pass, said, conversations, warnings }) => {
        const id = await world.makeConfiguration({ channelSettings: {} })
        documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}"`)
        const sid = await call()
        await application.received((frames) => frames.some(({ type }) => type === 'error'))
        const [conversationId] = await conversations(sid)
        await until(async () => {
          await pass(1)
          return (await said(conversationId as string)).includes('AI_AGENT: Sorry')
        })
        assert.ok((await warnings()).includes('Invalid message received: text: token must be a string'))
      })
    } finally {
      await application.close()
    }
  })

  it('fails when the application is not there or goes away, and asks the action what to do', () =>
    withEcho((application) =>
      onStage(async ({ documents, call, pass, asked, warnings, handset }) => {
        const after = 'https://app.example/after'
        documents[after] = '<Response><Say>Sorry</Say></Response>'
        documents[voiceUrl] = relayTwiml('ws://127.0.0.1:1/', '', '/after')
        const missing = await call()
        await pass(1)
        assert.equal((await handset(missing)).status, 'completed')
        documents[voiceUrl] = relayTwiml(application.url, '', '/after')
        await call()
        await pass()
        application.sockets[0]?.close()
        await until(async () => {
          await pass(1)
          return asked(after).length === 2
        })
        assert.deepEqual(
          asked(after).map(({ SessionStatus, ErrorCode }) => [SessionStatus, ErrorCode]),
          [
            ['failed', '64102'],
            ['failed', '64105'],
          ],
        )
        assert.ok((await warnings()).some((message) => /closed the WebSocket/.test(message)))
      }),
    ))

  it('tells the action that the caller hung up, and ends what it was saying', () =>
    withEcho((application) =>
      onStage(async ({ world, documents, call, pass, act, asked, said, conversations }) => {
        const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
        documents['https://app.example/after'] = '<Response/>'
        documents[voiceUrl] = relayTwiml(
          application.url,
          `conversationConfiguration="${id}" welcomeGreeting="One two three four"`,
          '/after',
        )
        const sid = await call()
        await pass(0.5)
        await act(sid, 'Hangup')
        await pass()
        const [conversationId] = await conversations(sid)
        assert.deepEqual(await said(conversationId as string), ['AI_AGENT: One two'])
        const [form] = asked('https://app.example/after')
        assert.deepEqual([form?.SessionStatus, form?.CallStatus], ['completed', 'completed'])
        const { body } = await world.get(`/v2/Conversations/${conversationId}`)
        assert.equal(body.status, 'CLOSED')
      }),
    ))

  for (const [name, attributes, captured] of [
    ['a configuration', 'conversationConfiguration="CONFIGURATION"', true],
    ['a conversation', 'conversationId="CONVERSATION"', true],
    ['both, of which the conversation wins', 'conversationConfiguration="OTHER" conversationId="CONVERSATION"', true],
    ['neither', '', false],
    ['a conversation that is not there', 'conversationId="conv_conversation_00000000000000000000000000"', false],
    ['something that is no conversation', 'conversationConfiguration="CONFIGURATION" conversationId="hello"', false],
    [
      'a configuration that is not there',
      'conversationConfiguration="conv_configuration_0000000000000000000000000x"',
      false,
    ],
    ['a conversation that is CLOSED', 'conversationConfiguration="CONFIGURATION" conversationId="CLOSED"', false],
  ] as const) {
    it(`${captured ? 'is captured' : 'goes on uncaptured'} with ${name}`, () =>
      withEcho((application) =>
        onStage(async ({ world, documents, call, pass, say, said, handset, warnings }) => {
          const configurationId = await world.makeConfiguration({ channelSettings: {} })
          const other = await world.makeConfiguration({ displayName: 'other', channelSettings: {} })
          const make = async () => bodyOf(await world.post('/v2/Conversations', { configurationId }), 201).id
          const [open, closed] = [await make(), await make()]
          bodyOf(await world.put(`/v2/Conversations/${closed}`, { status: 'CLOSED' }), 200)
          documents[voiceUrl] = relayTwiml(
            application.url,
            attributes
              .replace('CONFIGURATION', configurationId)
              .replace('CONVERSATION', open)
              .replace('OTHER', other)
              .replace('CLOSED', closed),
          )
          const sid = await call()
          await pass()
          await say(sid, 'Hello')
          await pass(9)
          assert.equal((await handset(sid)).heard.length, 2)
          const { conversations } = bodyOf(await world.get('/v2/Conversations'), 200)
          const found = conversations.filter(({ id }: { id: string }) => id !== open && id !== closed)
          const words = ['CUSTOMER: Hello', 'AI_AGENT: You said: Hello.', 'AI_AGENT: I see.']
          const inOpen = attributes.includes('CONVERSATION') && captured
          assert.deepEqual(await said(open), inOpen ? words : [])
          assert.deepEqual(await said(closed), [])
          assert.equal(found.length, captured && !inOpen ? 1 : 0)
          if (found.length > 0) assert.deepEqual(await said(found[0].id), words)
          const isTold = (await warnings()).some((one) => /can not be used/.test(one))
          assert.equal(isTold, !captured && attributes !== '')
        }),
      ))
  }
})
