import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { unavailable } from '../../store/store.ts'
import { kiosk } from '../../testing/app.ts'
import { bodyOf, kiran, onStage, relayTwiml, type Stage, until, voiceUrl, withEcho } from '../testing/stage.ts'

const handset = `/skein/v1/Handsets/${encodeURIComponent(kiran)}/Calls`

/** The database takes nothing in while this runs. */
async function withoutDatabase<T>({ world: { store } }: Stage, meanwhile: () => Promise<T>): Promise<T> {
  const { transact, intake } = store
  store.transact = () => Promise.reject(unavailable('The database is away.'))
  store.intake = store.transact
  try {
    return await meanwhile()
  } finally {
    Object.assign(store, { transact, intake })
  }
}

describe('a call while the database does not answer', () => {
  it('is not begun, and can be begun again', () =>
    onStage(async (stage) => {
      const { world, documents, call, pass } = stage
      documents[voiceUrl] = '<Response><Pause length="60"/></Response>'
      const refused = await withoutDatabase(stage, () => world.post(handset, { to: kiosk }))
      assert.equal(refused.status, 503)
      const sid = await call()
      await pass(1)
      const { calls } = bodyOf(await world.get(handset), 200)
      assert.deepEqual(
        calls.map(({ callSid }: { callSid: string }) => callSid),
        [sid],
      )
    }))

  it('goes on, and stands as it ended afterwards', () =>
    onStage(async (stage) => {
      const { world, documents, call, pass, act } = stage
      documents[voiceUrl] = '<Response><Pause length="60"/></Response>'
      const sid = await call()
      await pass(1)
      await withoutDatabase(stage, () => act(sid, 'Hangup'))
      await pass(1)
      const fetched = await world.get(`/2010-04-01/Accounts/${world.accountSid}/Calls/${sid}.json`)
      assert.equal(bodyOf(fetched, 200).status, 'completed')
    }))

  it('keeps what is said, and lets the application be heard meanwhile', () =>
    withEcho((application) =>
      onStage(async (stage) => {
        const { world, documents, call, pass, act, say, conversations, said } = stage
        const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
        documents[voiceUrl] = relayTwiml(application.url, `conversationConfiguration="${id}"`)
        const sid = await withoutDatabase(stage, async () => {
          world.store.transact = Object.getPrototypeOf(world.store).transact
          const sid = await call()
          await application.received(([frame]) => frame?.type === 'setup')
          await say(sid, 'My parcel is late')
          await setTimeout(200)
          return sid
        })
        await pass(10)
        await act(sid, 'Hangup')
        await pass(1)
        const [conversation = ''] = await conversations(sid)
        await until(async () => (await said(conversation)).length === 3)
        assert.deepEqual(await said(conversation), [
          'CUSTOMER: My parcel is late',
          'AI_AGENT: You said: My parcel is late.',
          'AI_AGENT: I see.',
        ])
      }),
    ))
})
