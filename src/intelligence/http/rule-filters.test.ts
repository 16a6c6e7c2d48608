import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type World } from '../../testing/app.ts'

const published = '/v3/ControlPlane/Configurations'
const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const live = { operators: [{ id: sentiment }], triggers: [{ on: 'COMMUNICATION' }], actions: [] }

async function makeRule(world: World) {
  const { body } = await world.post(published, { displayName: 'desk', rules: [live, live] })
  const [rule, other] = body.rules
  const path = `/skein/v1/IntelligenceConfigurations/${body.id}/Rules`
  return { configuration: body, rule, filter: `${path}/${rule.id}/Filter`, otherFilter: `${path}/${other.id}/Filter` }
}

test('a rule has no filter until one is set, which makes a version and stands in no published body', () =>
  inWorld({}, async (world) => {
    const { configuration, filter, otherFilter } = await makeRule(world)
    const none = { participantTypes: [], turns: false, turnPauseSeconds: 15 }
    assert.deepEqual((await world.get(filter)).body, none)
    const set = await world.put(filter, { participantTypes: ['CUSTOMER'], turns: true })
    assert.deepEqual([set.status, set.body], [200, { ...none, participantTypes: ['CUSTOMER'], turns: true }])
    assert.deepEqual((await world.get(filter)).body, set.body)
    assert.deepEqual((await world.get(otherFilter)).body, none)
    const { body } = await world.get(`${published}/${configuration.id}`)
    assert.deepEqual(body, { ...configuration, version: 2 })
    assert.deepEqual((await world.put(filter, {})).body, none)
  }))

test('a rule that is replaced under its id keeps its filter, and another has none', () =>
  inWorld({}, async (world) => {
    const { configuration, rule, filter } = await makeRule(world)
    const { body: set } = await world.put(filter, { turns: true, turnPauseSeconds: 3 })
    const rules = [live, { ...live, id: rule.id }]
    const { body } = await world.put(`${published}/${configuration.id}`, { displayName: 'desk', rules })
    assert.equal(body.version, 3)
    assert.deepEqual((await world.get(filter)).body, set)
    const added = `/skein/v1/IntelligenceConfigurations/${configuration.id}/Rules/${body.rules[0].id}/Filter`
    assert.equal((await world.get(added)).body.turns, false)
  }))

test('a filter that can not be is refused with its field, and so is a rule that is not there', () =>
  inWorld({}, async (world) => {
    const { configuration, filter } = await makeRule(world)
    for (const [body, field] of [
      [{ participantTypes: ['ROBOT'] }, 'participantTypes[0]'],
      [{ participantTypes: ['CUSTOMER', 'CUSTOMER'] }, 'participantTypes'],
      [{ turns: 1 }, 'turns'],
      [{ turnPauseSeconds: 0 }, 'turnPauseSeconds'],
      [{ participantType: ['CUSTOMER'] }, 'participantType'],
    ] as const) {
      const { status, body: refused } = await world.put(filter, body)
      assert.deepEqual([status, refused.params?.field], [400, field], refused.message)
    }
    const strange = filter.replace(/Rules\/[^/]*/, 'Rules/intelligence_configurationrule_00000000000000000000000000')
    const stranger = await world.makeStranger()
    for (const { status } of [
      await world.get(strange),
      await world.put(strange, {}),
      await world.get(filter.replace(configuration.id, 'nonsense')),
      await stranger.get(filter),
      await stranger.put(filter, {}),
    ]) {
      assert.equal(status, 404)
    }
  }))
