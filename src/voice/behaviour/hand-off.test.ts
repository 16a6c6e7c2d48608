import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kiosk } from '../../testing/app.ts'
import { bodyOf, desk, kiran, onStage, relayTwiml, startApplication, voiceUrl } from '../testing/stage.ts'

const after = 'https://app.example/after'

/** An agent that hands over as soon as it hears anything. */
function handingOver() {
  return startApplication(({ type, last }) =>
    type === 'prompt' && last
      ? [
          { type: 'text', token: 'One moment.', last: true },
          { type: 'end', handoffData: '{"reason":"human"}' },
        ]
      : undefined,
  )
}

describe('a hand-off from an AI agent to a person', () => {
  for (const [name, timeouts] of [
    ['null VOICE timeouts, within the grace', null],
    ['VOICE timeouts', { inactive: 5, closed: 30 }],
  ] as const) {
    it(`goes on in one conversation, with ${name}`, async () => {
      const application = await handingOver()
      try {
        await onStage(async ({ world, documents, call, say, pass, act, said, conversations, asked, handset }) => {
          const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: timeouts } } })
          documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}"`, '/after')
          const sid = await call()
          await say(sid, 'Give me a person')
          await pass()
          const [conversationId = ''] = await conversations(sid)
          documents[after] =
            `<Response><Start><Transcription conversationId="${conversationId}"/></Start><Say>I connect you</Say><Dial>${desk}</Dial></Response>`
          await pass(5)
          const [form] = asked(after)
          assert.deepEqual(
            [form?.SessionStatus, form?.HandoffData, form?.CallStatus],
            ['ended', '{"reason":"human"}', 'in-progress'],
          )
          const { calls } = bodyOf(await world.get(`/skein/v1/Handsets/${encodeURIComponent(desk)}/Calls`), 200)
          await act(calls[0].callSid, 'Answer', {}, desk)
          await say(calls[0].callSid, 'Nina here', desk)
          await pass(2)
          await say(sid, 'My parcel is late')
          await pass(5)
          assert.deepEqual(await said(conversationId), [
            'CUSTOMER: Give me a person',
            'AI_AGENT: One moment.',
            'AI_AGENT: I connect you',
            'HUMAN_AGENT: Nina here',
            'CUSTOMER: My parcel is late',
          ])
          assert.deepEqual(
            (await handset(calls[0].callSid, desk)).heard.map(({ text }: { text: string }) => text),
            ['My parcel is late'],
          )
          await act(sid, 'Hangup')
          await pass()
          const { status } = bodyOf(await world.get(`/v2/Conversations/${conversationId}`), 200)
          assert.equal(status, timeouts === null ? 'CLOSED' : 'ACTIVE')
          assert.equal((await handset(calls[0].callSid, desk)).status, 'completed')
        })
      } finally {
        await application.close()
      }
    })
  }

  it('closes the conversation when nothing follows within the grace', async () => {
    const application = await handingOver()
    try {
      await onStage(async ({ world, documents, call, say, pass, conversations }) => {
        const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
        documents[after] = '<Response><Pause length="60"/></Response>'
        documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}"`, '/after')
        const sid = await call()
        await say(sid, 'Hi')
        await pass(2)
        const [conversationId] = await conversations(sid)
        const statusOf = async () => bodyOf(await world.get(`/v2/Conversations/${conversationId}`), 200).status
        await pass(18)
        assert.equal(await statusOf(), 'ACTIVE')
        await pass(2)
        assert.equal(await statusOf(), 'CLOSED')
      })
    } finally {
      await application.close()
    }
  })
})

describe('a call and messages in one conversation', () => {
  for (const [name, smsAtMinute, inactiveAt, closedAt] of [
    ['SMS later than that', 15, 25, 75],
    ['SMS sooner than that', 5, 20, 65],
  ] as const) {
    it(`VOICE null, SMS 10 and 60: a call of 20 minutes, ${name}`, async () => {
      const application = await startApplication(() => undefined)
      try {
        await onStage(async ({ world, documents, call, say, act, conversations }) => {
          const memoryStoreId = await world.makeMemoryStore()
          const profile = { traits: { Contact: { phone: kiran } } }
          bodyOf(await world.post(`/v1/Stores/${memoryStoreId}/Profiles`, profile), 202)
          const rules = [
            { from: '*', to: kiosk },
            { from: kiosk, to: '*' },
          ]
          const id = await world.makeConfiguration({
            conversationGroupingType: 'GROUP_BY_PROFILE',
            memoryStoreId,
            channelSettings: {
              VOICE: { statusTimeouts: null },
              SMS: { captureRules: rules, statusTimeouts: { inactive: 10, closed: 60 } },
            },
          })
          documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}"`)
          const start = await world.now()
          const minute = async (at: number) => {
            await world.advance({ seconds: (start - (await world.now())) / 1000 + at * 60 })
          }
          const sid = await call()
          await say(sid, 'Two flat whites')
          await minute(smsAtMinute)
          const item = { channel: 'SMS', from: kiran, to: kiosk, content: { type: 'TEXT', text: 'And a cake' } }
          bodyOf(await world.post('/skein/v1/Traffic', item), 200)
          await minute(20)
          await act(sid, 'Hangup')
          const [conversationId, ...others] = await conversations(sid)
          assert.deepEqual(others, [])
          await minute(200)
          const events = (await world.events(conversationId)).filter(({ type }) => type === 'CONVERSATION_UPDATED')
          assert.deepEqual(
            events.map(({ at }) => (at - start) / 60_000),
            [inactiveAt, closedAt],
          )
        })
      } finally {
        await application.close()
      }
    })
  }
})
