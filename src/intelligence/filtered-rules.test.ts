import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, World } from '../testing/app.ts'
import { bodyOf, onStage, relayTwiml, voiceUrl, withEcho } from '../voice/testing/stage.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

/** A rule for each filter, all of COMMUNICATION; answers what each found, the latest last. */
async function followFiltered(world: World, filters: readonly object[]) {
  const rule = { operators: [{ id: sentiment }], triggers: [{ on: 'COMMUNICATION' }], actions: [] }
  const request = { displayName: 'desk', rules: filters.map(() => rule) }
  const intelligence = bodyOf(await world.post('/v3/ControlPlane/Configurations', request), 201)
  for (const [at, { id }] of intelligence.rules.entries()) {
    const path = `/skein/v1/IntelligenceConfigurations/${intelligence.id}/Rules/${id}/Filter`
    bodyOf(await world.put(path, filters[at]), 200)
  }
  const fields = { channelSettings: {}, intelligenceConfigurationIds: [intelligence.id] }
  const configurationId = await world.makeConfiguration(fields)
  const found = async (at: number): Promise<Json[]> => {
    const { items } = bodyOf(await world.get('/v3/OperatorResults?pageSize=100'), 200)
    const { id } = intelligence.rules[at]
    return items.filter((one: Json) => one.intelligenceConfiguration.ruleId === id).reverse()
  }
  return { configurationId, found }
}

test('a call is read turn by turn, and by who speaks, where a rule asks for it', () =>
  withEcho((application) =>
    onStage(async ({ world, documents, call, say, pass, act, conversations }) => {
      const filters = [{}, { turns: true }, { participantTypes: ['CUSTOMER'], turns: true, turnPauseSeconds: 2 }]
      const { configurationId, found } = await followFiltered(world, filters)
      const attributes = `conversationConfiguration="${configurationId}" welcomeGreeting="Hello. How are you? Well?"`
      documents[voiceUrl] = relayTwiml(application.url, attributes)
      const sid = await call()
      await pass(4)
      await say(sid, 'This is terrible, I am furious')
      await pass(20)
      await act(sid, 'Hangup')
      await pass(30)
      const [conversationId] = await conversations(sid)
      const path = `/skein/v1/Conversations/${conversationId}/Communications`
      const { turns } = bodyOf(await world.get(`${path}?turns=true`), 200)
      const [greeting, complaint, answer] = turns.map((turn: Json) => turn.communications.map(({ id }: Json) => id))
      const lasts = async (at: number) =>
        (await found(at)).map(({ executionDetails }) => executionDetails.communications.last)
      assert.ok(greeting.length > 1 && answer.length > 1, 'an agent speaks in fragments')
      assert.deepEqual(await lasts(0), [...greeting, ...complaint, ...answer])
      assert.deepEqual(await lasts(1), [greeting.at(-1), complaint.at(-1), answer.at(-1)])
      const [only, ...others] = await found(2)
      assert.deepEqual(others, [])
      assert.deepEqual(only.executionDetails.communications, { first: complaint[0], last: complaint.at(-1) })
      assert.equal(only.result.label, 'negative')
    }),
  ))
