import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Json, kiosk, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, kiran, message } from '../testing/capture.ts'

const absent = 'conv_communication_01kjpwf268edqrb018tr4sjm6r'
const start = '2026-01-05T09:00:00.000Z'

async function withWorld(fields: object, fn: (world: World, configurationId: string) => Promise<void>): Promise<void> {
  const world = await openWorld()
  try {
    await fn(world, await world.makeConfiguration(fields))
  } finally {
    await world.close()
  }
}

/** What the dry run foretells of an item, and what is told of it after it was taken in. */
async function foretoldAndTold(world: World, item: object): Promise<{ foretold: Json; told: Json }> {
  const dry = await world.post('/skein/v1/Traffic/Explain', item)
  const { conversationId, communicationId } = await capture(world, item)
  const { status, body, text } = await world.get(`/skein/v1/Communications/${communicationId}/Trace`)
  assert.equal(status, 200, text)
  assert.equal(body.communicationId, communicationId)
  assert.equal(body.conversationId, conversationId)
  return { foretold: dry.body.results[0].trace, told: body.trace }
}

describe('the trace of a communication', () => {
  it('names the rule, the sides, the keys and the clock of one that began a conversation', () =>
    withWorld({}, async (world, configurationId) => {
      const { foretold, told } = await foretoldAndTold(world, message())
      assert.deepEqual(told, foretold)
      assert.deepEqual(told, {
        mode: 'PASSIVE',
        decision: 'CREATED',
        rule: { configurationId, version: 1, channel: 'SMS', index: 0, from: '*', to: kiosk, metadata: {} },
        shadowedRules: [],
        evidence: 'RULE',
        parties: [
          { address: kiran, type: 'CUSTOMER', profileId: null, foundBy: null },
          { address: kiosk, type: 'AGENT', profileId: null, foundBy: null },
        ],
        groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
        keys: told.keys,
        joinedBy: null,
        otherHolders: [],
        clock: {
          channel: 'SMS',
          restartedAt: start,
          liveUntil: '2026-01-05T09:15:00.000Z',
          doneAt: '2026-01-05T10:00:00.000Z',
        },
        diagnostics: [],
      })
      assert.equal(told.keys.length, 1)
    }))

  it('names the key by which it joined', () =>
    withWorld({}, async (world) => {
      await capture(world)
      await world.advance({ minutes: 3 })
      const { foretold, told } = await foretoldAndTold(world, message({ from: kiosk, to: kiran }))
      assert.deepEqual(told, foretold)
      assert.equal(told.decision, 'JOINED')
      assert.equal(told.joinedBy, told.keys[0])
      assert.equal(told.rule.index, 1)
      assert.equal(told.clock.restartedAt, '2026-01-05T09:03:00.000Z')
    }))

  it('names the rules of other configurations that lost', () =>
    withWorld({}, async (world) => {
      const loser = await world.makeConfiguration()
      const { foretold, told } = await foretoldAndTold(world, message())
      assert.deepEqual(told, foretold)
      assert.deepEqual(told.shadowedRules, [{ configurationId: loser, index: 0 }])
      assert.deepEqual(
        told.diagnostics.map(({ code }: Json) => code),
        [530902],
      )
    }))

  it('names the profile that grouped it, and what found that', () =>
    withWorld({ conversationGroupingType: 'GROUP_BY_PROFILE' }, async (world, configurationId) => {
      const made = await world.post('/v2/Conversations', {
        configurationId,
        participants: [{ type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: kiran }] }],
      })
      const { profileId } = made.body.participants[0]
      const { foretold, told } = await foretoldAndTold(world, message())
      assert.deepEqual(told, foretold)
      assert.equal(told.groupingType, 'GROUP_BY_PROFILE')
      assert.deepEqual(told.parties[0], { address: kiran, type: 'CUSTOMER', profileId, foundBy: 'phone' })
    }))

  it('keeps to the rule as it was, and to the timeouts that were pinned, whatever the configuration says now', () =>
    withWorld({}, async (world, configurationId) => {
      const { communicationId } = await capture(world)
      const trace = async (id: string) => (await world.get(`/skein/v1/Communications/${id}/Trace`)).body.trace
      const before = await trace(communicationId)
      const captureRules = [
        { from: kiosk, to: '*' },
        { from: kiran, to: kiosk },
      ]
      const changed = await world.patch(`/v2/ControlPlane/Configurations/${configurationId}`, {
        channelSettings: { SMS: { statusTimeouts: { inactive: 1, closed: 2 }, captureRules } },
      })
      await world.completed(changed)
      assert.deepEqual(await trace(communicationId), before)
      const { foretold, told } = await foretoldAndTold(world, message())
      assert.deepEqual(told, foretold)
      assert.deepEqual([told.rule.version, told.rule.index, told.rule.from], [2, 1, kiran])
      assert.equal(told.clock.liveUntil, '2026-01-05T09:15:00.000Z')
    }))

  const routes: [string, string, (world: World, configurationId: string) => Promise<object>][] = [
    ['that named its configuration', 'CONFIGURATION', async (_, configurationId) => ({ configurationId })],
    [
      'that named its conversation',
      'CONVERSATION',
      async (world) => ({ conversationId: (await capture(world)).conversationId }),
    ],
    [
      'that no rule covers any more, but its conversation’s own does',
      'PINNED_RULE',
      async (world, configurationId) => {
        await capture(world)
        const changed = await world.patch(`/v2/ControlPlane/Configurations/${configurationId}`, {
          channelSettings: { SMS: { ...usualConfiguration.channelSettings.SMS, captureRules: [] } },
        })
        await world.completed(changed)
        return {}
      },
    ],
  ]
  for (const [which, mode, prepare] of routes) {
    it(`tells ${mode} of one ${which}`, () =>
      withWorld({}, async (world, configurationId) => {
        const more = await prepare(world, configurationId)
        const { foretold, told } = await foretoldAndTold(world, message(more))
        assert.deepEqual(told, foretold)
        assert.equal(told.mode, mode)
      }))
  }

  it('tells API of one that a client stored, with who took part', () =>
    withWorld({}, async (world, configurationId) => {
      const conversation = await world.post('/v2/Conversations', { configurationId })
      const stored = await world.post(`/v2/Conversations/${conversation.body.id}/Communications`, {
        author: { address: kiran, channel: 'SMS' },
        recipients: [{ address: kiosk, channel: 'SMS' }],
        content: { type: 'TEXT', text: 'Is it ready?' },
      })
      const { status, body } = await world.get(`/skein/v1/Communications/${stored.body.id}/Trace`)
      assert.equal(status, 200)
      assert.equal(body.trace.mode, 'API')
      assert.equal(body.trace.decision, 'JOINED')
      assert.equal(body.trace.rule, null)
      assert.equal(body.trace.evidence, null)
      assert.deepEqual(
        body.trace.parties.map(({ address, type }: Json) => [address, type]),
        [
          [kiran, 'UNKNOWN'],
          [kiosk, 'UNKNOWN'],
        ],
      )
    }))

  it('is not found for what is none of the account’s communications', () =>
    withWorld({}, async (world) => {
      const { conversationId, communicationId } = await capture(world)
      const stranger = await world.makeStranger()
      const path = (id: string) => `/skein/v1/Communications/${id}/Trace`
      const unknown = await world.get(path(absent))
      assert.deepEqual([unknown.status, unknown.body.message], [404, `There is no communication ${absent}.`])
      const misnamed = await world.get(path(conversationId))
      assert.equal(misnamed.status, 404)
      assert.match(misnamed.body.message, /Its id would begin with conv_communication_\.$/)
      assert.equal((await stranger.get(path(communicationId))).status, 404)
      await world.delete(`/v2/Conversations/${conversationId}`)
      assert.equal((await world.get(path(communicationId))).status, 404)
    }))
})
