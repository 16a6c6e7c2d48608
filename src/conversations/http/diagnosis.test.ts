import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import { inWorld, type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import { conversationChecks } from '../domain/diagnosis.ts'
import { messageChecks } from '../domain/message-diagnosis.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import { converse, own, participant } from '../testing/story.ts'

const sms = (more: Record<string, string> = {}) =>
  `/skein/v1/Diagnosis?${new URLSearchParams({ channel: 'SMS', from: kiran, to: kiosk, ...more })}`

function outcomes(checks: Json[], outcome = 'PROBLEM'): string[] {
  return checks.filter((one) => one.outcome === outcome).map(({ check }) => check)
}

describe('GET /skein/v1/Conversations/{id}/Diagnosis', () => {
  let world: World
  let configurationId: string
  before(async () => {
    world = await openWorld()
    configurationId = await world.makeConfiguration()
  })
  after(() => world.close())
  const diagnose = async (id: string) => {
    const { status, body, text } = await world.get(`/skein/v1/Conversations/${id}/Diagnosis`)
    assert.equal(status, 200, text)
    return body.checks
  }

  it('goes through the troubleshooting guide', async () => {
    await own(world, kiosk)
    const { conversationId } = await capture(world)
    await world.advance({ seconds: 20 })
    const checks = await diagnose(conversationId)
    assert.deepEqual(
      checks.map(({ check }: Json) => check),
      conversationChecks,
    )
    assert.deepEqual(outcomes(checks), ['PROFILE'], JSON.stringify(checks))
  })

  it('finds what is wrong with a conversation that nothing moves', async () => {
    const { id, participants } = await converse(world, configurationId, [participant('CUSTOMER', 'room-1', 'VIDEO')])
    const checks = await diagnose(id)
    assert.deepEqual(outcomes(checks), ['COMMUNICATIONS', 'STUCK_ACTIVE', 'PROFILE'])
    const profile = checks.find(({ check }: Json) => check === 'PROFILE')
    assert.deepEqual(profile.ids, [participants[0].id])
    assert.match(profile.message, /530001/)
  })

  it('finds what was stored twice, and a configuration that is gone', () =>
    inWorld({}, async (other) => {
      const id = await other.makeConfiguration()
      await own(other, kiosk)
      const { conversationId } = await capture(other)
      await capture(other)
      await other.completed(await other.delete(`/v2/ControlPlane/Configurations/${id}`))
      const { checks } = (await other.get(`/skein/v1/Conversations/${conversationId}/Diagnosis`)).body
      assert.deepEqual(outcomes(checks), ['CONVERSATION_CREATED', 'PROFILE', 'COMMUNICATION_COUNT'])
    }))

  it('knows nothing of conversations that are not there, or are not ours', async () => {
    const { conversationId } = await capture(world, message({ from: lena }))
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(`/skein/v1/Conversations/${conversationId}/Diagnosis`)).status, 404)
    const unknown = wireId('conversation', newId())
    assert.equal((await world.get(`/skein/v1/Conversations/${unknown}/Diagnosis`)).status, 404)
  })
})

describe('GET /skein/v1/Diagnosis', () => {
  const diagnose = async (world: World, path: string) => {
    const { status, body, text } = await world.get(path)
    assert.equal(status, 200, text)
    return body
  }

  it('says that a message would begin a conversation, and afterwards that it would join it', () =>
    inWorld({}, async (world) => {
      const configurationId = await world.makeConfiguration()
      await own(world, kiosk)
      await world.advance({ seconds: 20 })
      const first = await diagnose(world, sms())
      assert.equal(first.outcome, 'CAPTURED')
      assert.equal(first.conversationId, null)
      assert.deepEqual(
        first.checks.map(({ check }: Json) => check),
        messageChecks,
      )
      assert.deepEqual(outcomes(first.checks), [])
      assert.deepEqual(first.checks[0].ids, [configurationId])
      const { conversationId } = await capture(world)
      assert.equal((await diagnose(world, sms())).conversationId, conversationId)
    }))

  it('tells why a message was not captured, and finds again that it was ignored', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: [{ from: kiosk, to: '*' }] } } })
      await world.post('/skein/v1/Traffic', message())
      await world.advance({ minutes: 1 })
      const { outcome, checks, rules } = await diagnose(world, sms())
      assert.equal(outcome, 'NOT_CAPTURED')
      assert.deepEqual(outcomes(checks), ['RULES', 'OWNED_ADDRESS', 'CONVERSATION', 'RECENTLY_IGNORED'])
      assert.deepEqual(rules[0].faults, ['WRONG_DIRECTION'])
      const [ignored] = (await world.get('/skein/v1/Events?type=diagnostic')).body.events
      assert.deepEqual(checks.at(-1).ids, [ignored.id])
      const elsewhere = await diagnose(world, sms({ from: lena, to: '+15552223333' }))
      assert.ok(!outcomes(elsewhere.checks).includes('RECENTLY_IGNORED'))
      await world.advance({ minutes: 25 * 60 })
      assert.ok(!outcomes((await diagnose(world, sms())).checks).includes('RECENTLY_IGNORED'))
    }))

  it('sees a configuration that is not in force yet, one that has gone and one that has just changed', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration()
      assert.ok(outcomes((await diagnose(world, sms())).checks).includes('RECENT_UPDATE'))
      await world.advance({ seconds: 20 })
      const deletion = await world.delete(`/v2/ControlPlane/Configurations/${id}`)
      assert.ok(outcomes((await diagnose(world, sms())).checks).includes('OPERATION'))
      await world.completed(deletion)
      const { rules } = await diagnose(world, sms())
      assert.deepEqual(rules[0].faults, ['DELETED_CONFIGURATION'])
    }))

  it('reads a plus that was not escaped, and calls of either spelling', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      const plain = await diagnose(world, `/skein/v1/Diagnosis?channel=SMS&from=${kiran}&to=${kiosk}`)
      assert.equal(plain.outcome, 'CAPTURED')
      const call = await diagnose(world, sms({ channel: 'VOICE', callType: 'SIP' }))
      assert.equal(call.outcome, 'NOT_CAPTURED')
      assert.deepEqual(call.rules[0].faults, ['OTHER_CHANNEL'])
    }))

  it('refuses what is no question', () =>
    inWorld({}, async (world) => {
      for (const query of ['', 'channel=SMS', 'channel=FAX&from=a&to=b', 'channel=VOICE&from=a&to=b&callType=x']) {
        assert.equal((await world.get(`/skein/v1/Diagnosis?${query}`)).status, 400, query)
      }
    }))
})
