import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import { signTwilio } from '../../events/signature.ts'
import { kiosk } from '../../testing/app.ts'
import { authToken, bodyOf, desk, kiran, onStage, postForm, voiceUrl } from '../testing/stage.ts'

const origin = 'https://skein.example'

for (const name of ['SQLite', 'PostgreSQL'] as const) {
  describe(`calls on ${name}`, () => {
    let database: Database | undefined
    before(async () => {
      if (name === 'PostgreSQL') database = await createDatabase({ fast: true, schema: true })
    })
    after(async () => {
      await database?.drop()
    })

    it('are kept, listed, found by their handset, and forgotten with their conversation', () =>
      onStage(
        async ({ world, documents, call, say, pass, act, conversations, said }) => {
          const calls = `/2010-04-01/Accounts/${world.accountSid}/Calls`
          const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
          documents[voiceUrl] =
            `<Response><Start><Transcription conversationConfiguration="${id}"/></Start><Dial>${desk}</Dial></Response>`
          const sid = await call()
          await say(sid, 'Hello')
          await pass(1)
          await act(sid, 'Hangup')
          await pass(1)
          const rejected = bodyOf(
            await postForm(world, `${calls}.json`, { To: kiran, From: kiosk, Twiml: '<Response/>' }),
            201,
          )
          await act(rejected.sid, 'Hangup')
          const list = async (query: string) => bodyOf(await world.get(`${calls}.json?${query}`), 200)
          const sidsOf = ({ calls }: { calls: { sid: string }[] }) => calls.map((one) => one.sid)
          const all = sidsOf(await list(''))
          assert.deepEqual([all.length, all[0], all[2]], [3, rejected.sid, sid])
          assert.deepEqual(sidsOf(await list(`ParentCallSid=${sid}`)), [all[1]])
          assert.deepEqual(sidsOf(await list('Status=busy')), [rejected.sid])
          const page = await list('PageSize=2')
          const next = bodyOf(await world.get(page.next_page_uri), 200)
          assert.deepEqual([...sidsOf(page), ...sidsOf(next)], all)
          assert.deepEqual(sidsOf(bodyOf(await world.get(next.previous_page_uri), 200)), sidsOf(page))
          const [conversationId = ''] = await conversations(sid)
          assert.deepEqual(await said(conversationId), ['CUSTOMER: Hello'])

          const path = `/skein/v1/Voice/${world.accountSid}/Transcriptions?${new URLSearchParams({ from: kiran, to: kiosk, conversationId })}`
          const form = { CallSid: 'CA1', TranscriptionSid: 'GT1', TranscriptionEvent: 'transcription-started' }
          const told = await world.app.inject({
            method: 'POST',
            url: path,
            headers: {
              'content-type': 'application/x-www-form-urlencoded',
              'x-twilio-signature': signTwilio({ url: origin + path, authToken, params: form }),
            },
            payload: new URLSearchParams(form).toString(),
          })
          assert.equal(told.statusCode, 204)

          await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
          assert.deepEqual(sidsOf(await list('')), [rejected.sid])
        },
        { SKEIN_PUBLIC_URL: origin, ...(database ? { SKEIN_DATABASE: database.url } : {}) },
      ))
  })
}
