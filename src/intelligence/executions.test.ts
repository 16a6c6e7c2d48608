import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capture, message } from '../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk, usualConfiguration, type World } from '../testing/app.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const summary = 'intelligence_operator_01kcv35pnkeysaf6z6cqtbpegn'
const nextBestResponse = 'intelligence_operator_01kea27sy7ffsafmtsfp17nzx4'

async function makeIntelligence(world: World, ...rules: object[]): Promise<Json> {
  const usual = { operators: [{ id: sentiment }], triggers: [], actions: [] }
  const body = { displayName: 'desk', rules: rules.map((rule) => ({ ...usual, ...rule })) }
  const created = await world.post('/v3/ControlPlane/Configurations', body)
  assert.equal(created.status, 201, created.text)
  return created.body
}

async function attach(world: World, ...rules: object[]): Promise<Json> {
  const configuration = await makeIntelligence(world, ...rules)
  await world.makeConfiguration({ ...usualConfiguration, intelligenceConfigurationIds: [configuration.id] })
  return configuration
}

const say = (world: World, text: string) => capture(world, message({ content: { type: 'TEXT', text } }))
const results = async (world: World, query = '') => (await world.get(`/v3/OperatorResults${query}`)).body.items

test('a rule of COMMUNICATION is executed for each, and its result is found everywhere', () =>
  inWorld({}, async (world) => {
    const configuration = await attach(world, { triggers: [{ on: 'COMMUNICATION' }] })
    const { conversationId, communicationId } = await say(world, 'This is terrible, I am furious!')
    await world.advance()
    const [result, ...others] = await results(world)
    assert.deepEqual(others, [])
    const { metadata, executionDetails, ...rest } = result
    assert.deepEqual(rest, {
      id: result.id,
      accountId: world.accountSid,
      outputFormat: 'CLASSIFICATION',
      intelligenceConfiguration: { id: configuration.id, ruleId: configuration.rules[0].id, version: 1 },
      conversationId,
      operator: { id: sentiment, version: 1, parameters: {} },
      dateCreated: new Date(await world.now()).toISOString(),
      referenceIds: [],
      result: { label: 'negative' },
    })
    assert.equal(metadata.system.resolvedModel, 'skein-local')
    assert.equal(metadata.system.inputTruncated, false)
    assert.deepEqual(executionDetails.communications, { first: communicationId, last: communicationId })
    assert.deepEqual(executionDetails.trigger, {
      on: 'COMMUNICATION',
      timestamp: new Date(await world.now()).toISOString(),
    })
    assert.deepEqual(executionDetails.channels, ['SMS'])
    assert.deepEqual(executionDetails.resolvedContext, { memory: null, knowledge: null })
    await say(world, 'Thanks, now it is lovely and I am delighted!')
    await world.advance()
    assert.deepEqual(
      (await results(world)).map((one: Json) => one.result.label),
      ['mixed', 'negative'],
    )
    const seen = (await world.get(`/v3/Conversations/${conversationId}`)).body
    assert.equal(seen.operatorResultIds.length, 2)
    assert.deepEqual(seen.communications.map((one: Json) => one.content.text).at(0), 'This is terrible, I am furious!')
  }))

test('rules of INACTIVE and END are executed on the transitions, at their time, and again only for what is new', () =>
  inWorld({}, async (world) => {
    await attach(
      world,
      { triggers: [{ on: 'CONVERSATION_INACTIVE' }] },
      { operators: [{ id: summary }], triggers: [{ on: 'CONVERSATION_END' }] },
    )
    const begun = await world.now()
    await say(world, 'Can I get two flat whites?')
    await world.advance({ minutes: 20 })
    await say(world, 'And a croissant for my sister, please.')
    await world.advance({ minutes: 100 })
    const fired = (await results(world)).map((one: Json) => {
      const minutes = (Date.parse(one.executionDetails.trigger.timestamp) - begun) / 60_000
      return `${one.executionDetails.trigger.on} ${minutes}`
    })
    assert.deepEqual(fired, ['CONVERSATION_END 80', 'CONVERSATION_INACTIVE 35', 'CONVERSATION_INACTIVE 15'])
  }))

test('a rule without trigger is executed when it is asked for, with the parameters of that run', () =>
  inWorld({}, async (world) => {
    const script = 'intelligence_operator_01kf34tcyefpyb1t4m0nbd8rxg'
    const configuration = await attach(world, {
      operators: [{ id: script, parameters: { script: 'Category: A\n- greeting: Greet the customer' } }],
    })
    const { conversationId } = await say(world, 'Hello?')
    await world.advance()
    assert.deepEqual(await results(world), [])
    const request = {
      intelligenceConfigurationId: configuration.id,
      ruleId: configuration.rules[0].id,
      conversationId,
      rule: { operators: [{ id: script, parameters: { script: 'Category: B\n- goodbye: Say goodbye' } }] },
    }
    const accepted = await world.post('/v3/RuleExecutions', request)
    assert.deepEqual([accepted.status, accepted.body], [202, {}])
    await world.advance()
    const [result] = await results(world)
    assert.equal(result.executionDetails.trigger.on, 'ON_DEMAND')
    assert.equal(result.result.categories[0].category_key, 'B')
    assert.deepEqual(result.operator.parameters, { script: 'Category: B\n- goodbye: Say goodbye' })
  }))

test('an operator that fails leaves the others their results, and both are told to the debugger', () =>
  inWorld({}, async (world) => {
    const custom = await world.post('/v3/ControlPlane/Operators', { displayName: 'Risk', prompt: 'How risky?' })
    await attach(world, {
      operators: [{ id: custom.body.id }, { id: sentiment }],
      triggers: [{ on: 'COMMUNICATION' }],
    })
    const { conversationId } = await say(world, 'Hello')
    await world.advance()
    assert.deepEqual(
      (await results(world)).map((one: Json) => one.operator.id),
      [sentiment],
    )
    const { body } = await world.get(`/skein/v1/Events?conversationId=${conversationId}&type=diagnostic`)
    assert.deepEqual(body.events.map((event: Json) => event.data.errorCode).sort(), [95305, 95306])
  }))

test('memory is offered where rule and operator both allow it', () =>
  inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const profile = await world.post(`/v1/Stores/${memoryStoreId}/Profiles`, {
      traits: { Contact: { phone: '+15551234567' } },
    })
    await world.settleOperations()
    const configuration = await makeIntelligence(
      world,
      {
        operators: [{ id: nextBestResponse }],
        context: { memory: { enabled: true } },
        triggers: [{ on: 'COMMUNICATION' }],
      },
      { operators: [{ id: nextBestResponse }], triggers: [{ on: 'COMMUNICATION' }] },
    )
    await world.makeConfiguration({
      ...usualConfiguration,
      memoryStoreId,
      intelligenceConfigurationIds: [configuration.id],
    })
    await world.post(`/v1/Stores/${memoryStoreId}/Profiles/${profile.body.id}/Observations`, {
      observations: [
        { content: 'The customer is allergic to nuts.', source: 'test', occurredAt: '2026-01-01T00:00:00Z' },
      ],
    })
    await say(world, 'Do you have a cake without nuts?')
    await world.advance()
    const found = await results(world)
    assert.deepEqual(found.map((one: Json) => one.executionDetails.resolvedContext.memory).sort(), [
      { profileId: profile.body.id, memoryStoreId },
      null,
    ])
    assert.ok(found.some((one: Json) => one.result.text.includes('allergic to nuts')))
  }))

test('the webhooks of a rule get what its operators found, in one request for each execution', () =>
  inWorld({}, async (world) => {
    const action = { type: 'WEBHOOK', method: 'POST', url: 'https://app.example.test/hooks/live' }
    const triggers = [{ on: 'COMMUNICATION' }]
    const configuration = await attach(world, {
      operators: [{ id: sentiment }, { id: summary }],
      triggers,
      actions: [action],
    })
    const { conversationId } = await say(world, 'This is terrible, I am furious!')
    await world.advance()
    const [received, ...others] = world.receiver.received
    assert.deepEqual(others, [])
    const { operatorResults, ...rest } = (received as NonNullable<typeof received>).body
    assert.deepEqual(rest, {
      accountId: world.accountSid,
      conversationId,
      intelligenceConfiguration: {
        id: configuration.id,
        displayName: 'desk',
        version: 1,
        ruleId: configuration.rules[0].id,
      },
    })
    assert.deepEqual(
      operatorResults.map((one: Json) => one.operator.displayName),
      ['Sentiment', 'Summary'],
    )
    const [first] = operatorResults
    const {
      accountId: _,
      conversationId: of,
      intelligenceConfiguration,
      operator,
      ...same
    } = (await world.get(`/v3/OperatorResults/${first.id}`)).body
    assert.deepEqual(first, { ...same, operator: { ...operator, displayName: 'Sentiment' } })
    assert.equal(of, conversationId)
    assert.equal(intelligenceConfiguration.version, 1)
  }))

test('a deletion of the conversation takes results and executions with it', () =>
  inWorld({}, async (world) => {
    await attach(world, { triggers: [{ on: 'COMMUNICATION' }] })
    const { conversationId } = await say(world, 'Hello')
    await world.advance()
    const [result] = await results(world)
    await say(world, 'One more')
    await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
    await world.advance()
    assert.equal((await world.get(`/v3/OperatorResults/${result.id}`)).status, 404)
    assert.deepEqual(await results(world), [])
  }))

test('what nobody follows costs no execution', () =>
  inWorld({}, async (world) => {
    await world.makeConfiguration()
    await say(world, `Hello from ${kiosk}`)
    const { ran } = await world.advance({ minutes: 100 })
    assert.equal((ran['rule-triggers'] ?? 0) + (ran['rule-executions'] ?? 0), 0)
  }))
