import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type Json } from '../../testing/app.ts'

const path = '/v3/ControlPlane/Configurations'
const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const script = 'intelligence_operator_01kf34tcyefpyb1t4m0nbd8rxg'

const live = {
  operators: [{ id: sentiment }],
  triggers: [{ on: 'COMMUNICATION', parameters: { count: 4 } }],
  actions: [{ type: 'WEBHOOK', method: 'POST', url: 'https://app.example.com/hooks/live' }],
  context: { memory: { enabled: true } },
}
const onDemand = {
  operators: [{ id: script, version: 1, parameters: { script: 'Category: A\n- b: c' } }],
  triggers: [],
  actions: [],
}
const support = { displayName: 'support-live', description: 'Live assist', rules: [live, onDemand] }

test('a configuration is created at version 1, its rules get ids, and what was left out is null', () =>
  inWorld({}, async (world) => {
    const { status, body } = await world.post(path, support)
    assert.equal(status, 201)
    const at = new Date(await world.now()).toISOString()
    const [first, second] = body.rules
    assert.match(body.id, /^intelligence_configuration_[0-7][0-9a-z]{25}$/)
    assert.match(first.id, /^intelligence_configurationrule_[0-7][0-9a-z]{25}$/)
    assert.deepEqual(body, {
      accountId: world.accountSid,
      id: body.id,
      displayName: 'support-live',
      description: 'Live assist',
      version: 1,
      rules: [
        {
          ...live,
          id: first.id,
          operators: [{ id: sentiment, version: null, parameters: null }],
          context: { memory: { enabled: true }, knowledge: null },
        },
        { ...onDemand, id: second.id },
      ],
      dateCreated: at,
      dateUpdated: at,
    })
    assert.deepEqual((await world.get(`${path}/${body.id}`)).body, body)
    assert.deepEqual((await world.get(path)).body, {
      items: [body],
      meta: { key: 'items', pageSize: 1, nextToken: null, previousToken: null },
    })
  }))

test('a configuration without rules is legal', () =>
  inWorld({}, async (world) => assert.equal((await world.post(path, { displayName: 'a', rules: [] })).status, 201)))

test('a replacement keeps the rules it names, adds those without id and drops the others', () =>
  inWorld({}, async (world) => {
    const { body: before } = await world.post(path, support)
    const kept = before.rules[1].id
    await world.advance({ seconds: 5 })
    const { status, body } = await world.put(`${path}/${before.id}`, {
      displayName: 'renamed',
      rules: [
        { ...onDemand, id: kept },
        { ...live, triggers: [{ on: 'CONVERSATION_END' }] },
      ],
    })
    assert.equal(status, 200)
    assert.deepEqual([body.version, body.displayName, body.description], [2, 'renamed', null])
    assert.equal(body.rules[0].id, kept)
    assert.notEqual(body.rules[1].id, before.rules[0].id)
    assert.deepEqual(body.rules[1].triggers, [{ on: 'CONVERSATION_END' }])
    assert.equal(body.dateCreated, before.dateCreated)
    assert.equal(Date.parse(body.dateUpdated) - Date.parse(before.dateUpdated), 5000)
    for (const rules of [
      [{ ...live, id: before.rules[0].id }],
      [
        { ...onDemand, id: kept },
        { ...onDemand, id: kept },
      ],
      [{ ...live, id: 'rule' }],
    ]) {
      const refused = await world.put(`${path}/${before.id}`, { displayName: 'x', rules })
      assert.deepEqual([refused.status, refused.body.code], [400, 20001], refused.text)
    }
    assert.equal((await world.get(`${path}/${before.id}`)).body.version, 2)
  }))

test('a configuration that is deleted is gone, and is nobody else’s to see or change', () =>
  inWorld({}, async (world) => {
    const { body } = await world.post(path, support)
    const one = `${path}/${body.id}`
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(one)).status, 404)
    assert.equal((await stranger.put(one, support)).status, 404)
    assert.equal((await stranger.delete(one)).status, 404)
    assert.deepEqual((await stranger.get(path)).body.items, [])
    assert.equal((await world.delete(one)).status, 204)
    assert.equal((await world.get(one)).status, 404)
    assert.equal((await world.delete(one)).status, 404)
  }))

const unknown = 'intelligence_operator_01kq7v2m9c4d5e6f7g8h9j0kzz'
const refusals: [told: string, rule: object, code: number, field: string][] = [
  ['an operator that does not exist', { operators: [{ id: unknown }] }, 70001, 'rules[0].operators[0].id'],
  ['an id that is none of an operator', { operators: [{ id: 'LY1' }] }, 70001, 'rules[0].operators[0].id'],
  [
    'a version that does not exist',
    { operators: [{ id: sentiment, version: 2 }] },
    20001,
    'rules[0].operators[0].version',
  ],
  ['a missing parameter', { operators: [{ id: script }] }, 20001, 'rules[0].operators[0].parameters.script'],
  [
    'a parameter of another type',
    { operators: [{ id: script, parameters: { script: 5 } }] },
    20001,
    'rules[0].operators[0].parameters.script',
  ],
  [
    'a parameter that is not declared',
    { operators: [{ id: sentiment, parameters: { mood: 'x' } }] },
    20001,
    'rules[0].operators[0].parameters.mood',
  ],
  ['no operator', { operators: [] }, 20001, 'rules[0].operators'],
  ['two triggers', { triggers: [{ on: 'COMMUNICATION' }, { on: 'CONVERSATION_END' }] }, 20001, 'rules[0].triggers'],
  [
    'a count of 21',
    { triggers: [{ on: 'COMMUNICATION', parameters: { count: 21 } }] },
    20001,
    'rules[0].triggers[0].parameters.count',
  ],
  ['three actions', { actions: [live.actions[0], live.actions[0], live.actions[0]] }, 20001, 'rules[0].actions'],
  ['an action to no URL', { actions: [{ ...live.actions[0], url: 'nowhere' }] }, 20001, 'rules[0].actions[0].url'],
  ['knowledge without bases', { context: { knowledge: {} } }, 20001, 'rules[0].context.knowledge.bases'],
]
for (const [told, rule, code, field] of refusals) {
  test(`${told} is refused, and the field is named`, () =>
    inWorld({}, async (world) => {
      const { status, body } = await world.post(path, { displayName: 'a', rules: [{ ...live, ...rule }] })
      assert.deepEqual([status, body.code, body.params.field], [400, code, field], body.message)
    }))
}

test('six rules are one too many, and so is one more configuration than the limit', () =>
  inWorld({ SKEIN_LIMIT_INTELLIGENCE_CONFIGURATIONS_PER_ACCOUNT: '1' }, async (world) => {
    assert.equal((await world.post(path, { ...support, rules: Array(6).fill(live) })).status, 400)
    assert.equal((await world.post(path, support)).status, 201)
    const { status, body } = await world.post(path, support)
    assert.deepEqual([status, body.params], [400, { limit: 1 }])
  }))

test('lists go newest first, page by page', () =>
  inWorld({}, async (world) => {
    const ids: string[] = []
    for (const displayName of ['a', 'b', 'c']) ids.unshift((await world.post(path, { displayName, rules: [] })).body.id)
    const first = await world.get(`${path}?pageSize=2`)
    const second = await world.get(`${path}?pageSize=2&pageToken=${first.body.meta.nextToken}`)
    assert.deepEqual(
      [...first.body.items, ...second.body.items].map(({ id }: Json) => id),
      ids,
    )
    const back = await world.get(`${path}?pageToken=${second.body.meta.previousToken}`)
    assert.deepEqual(back.body.items, first.body.items)
  }))
