import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capture, message } from '../../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const nextBestResponse = 'intelligence_operator_01kea27sy7ffsafmtsfp17nzx4'
const script = 'intelligence_operator_01kf34tcyefpyb1t4m0nbd8rxg'
const transcript = [
  { from: 'CUSTOMER', text: 'This is terrible, I am furious!' },
  { from: 'BUSINESS', text: 'I am sorry.' },
]
const environment = { SKEIN_MODEL_URL: 'https://model.example.test/v1', SKEIN_MODEL_NAME: 'stub' }

const attempt = (world: World, body: object) => world.post('/skein/v1/Operators/Test', body)

function modelAnswers(world: World, answer: object): void {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(answer) } }
  const usage = { prompt_tokens: 40, completion_tokens: 2 }
  const body = JSON.stringify({ id: 'c', created: 1, model: 'stub-1', choices: [choice], usage })
  world.receiver.answer = () => ({ status: 200, type: 'application/json', body })
}

test('an operator is tried on a transcript, and nothing of it stays', () =>
  inWorld({}, async (world) => {
    const { status, body } = await attempt(world, { operatorId: sentiment, transcript })
    assert.equal(status, 200)
    const { latencyMs, ...rest } = body
    assert.ok(latencyMs >= 0)
    assert.deepEqual(rest, {
      outcome: 'SUCCEEDED',
      failure: null,
      outputFormat: 'CLASSIFICATION',
      result: { label: 'negative' },
      usedMemory: false,
      communications: null,
      inputTruncated: false,
      resolvedModel: 'skein-local',
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
    })
    assert.deepEqual((await world.get('/v3/OperatorResults')).body.items, [])
  }))

test('an operator is tried on a conversation, with what is known of the customer', () =>
  inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    await world.makeConfiguration({ memoryStoreId })
    await world.post('/skein/v1/OwnedAddresses', { channel: 'SMS', address: kiosk })
    const of = `/v1/Stores/${memoryStoreId}/Profiles`
    const profile = await world.post(of, { traits: { Contact: { phone: '+15551234567' } } })
    await world.settleOperations()
    const observations = [
      { content: 'The customer is allergic to nuts.', source: 'test', occurredAt: '2026-01-01T00:00:00Z' },
    ]
    await world.post(`${of}/${profile.body.id}/Observations`, { observations })
    const text = 'Do you have a cake without nuts?'
    const said = await capture(world, message({ content: { type: 'TEXT', text } }))
    const { body } = await attempt(world, { operatorId: nextBestResponse, conversationId: said.conversationId })
    assert.match(body.result.text, /allergic to nuts/)
    assert.equal(body.usedMemory, true)
    assert.deepEqual(body.communications, { first: said.communicationId, last: said.communicationId })
    await world.advance()
    assert.deepEqual((await world.get('/v3/OperatorResults')).body.items, [])
  }))

test('an operator is tried before it is there, by the model, and counts against the budget', () =>
  inWorld({ ...environment, SKEIN_MODEL_TOKENS_PER_DAY: '42' }, async (world) => {
    modelAnswers(world, { label: 'angry' })
    const operator = { displayName: 'Mood', prompt: 'Mood of {{parameters.who}}?', outputFormat: 'CLASSIFICATION' }
    const parameters = { who: { type: 'STRING', required: true } }
    const whole = { operator: { ...operator, parameters }, parameters: { who: 'the customer' }, transcript }
    const { body } = await attempt(world, whole)
    assert.deepEqual(
      [body.outcome, body.result, body.resolvedModel, body.inputTokens, body.outputTokens, body.requests],
      ['SUCCEEDED', { label: 'angry' }, 'stub-1', 40, 2, 1],
    )
    assert.match(world.receiver.received[0]?.body.messages[0].content, /Mood of the customer\?/)
    const second = (await attempt(world, whole)).body
    assert.deepEqual([second.outcome, second.result], ['FAILED', null])
    assert.match(second.failure, /used up the 42 tokens/)
  }))

test('what fails is an answer', () =>
  inWorld(environment, async (world) => {
    world.receiver.answer = () => ({ status: 500 })
    const { status, body } = await attempt(world, { operatorId: sentiment, transcript })
    assert.deepEqual([status, body.outcome, body.result], [200, 'FAILED', null])
    assert.equal(body.failure, 'The service of the model answered 500.')
    assert.equal(body.requests, 1)
  }))

test('what can not be tried is refused by name', () =>
  inWorld({}, async (world) => {
    const stranger = await world.makeStranger()
    const own = await world.post('/v3/ControlPlane/Operators', { displayName: 'Mood', prompt: 'Mood?' })
    const unknown = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0m6f'
    const cases: [object, number, RegExp][] = [
      [{ transcript }, 400, /operatorId/],
      [{ operatorId: sentiment, operator: { displayName: 'A', prompt: 'B' }, transcript }, 400, /operatorId/],
      [{ operatorId: sentiment }, 400, /transcript/],
      [{ operatorId: sentiment, transcript, conversationId: unknown }, 400, /transcript/],
      [{ operatorId: 'nonsense', transcript }, 400, /operatorId/],
      [{ operatorId: sentiment, version: 9, transcript }, 404, /version 9/],
      [{ operator: { displayName: 'A', prompt: 'B' }, version: 1, transcript }, 400, /version/],
      [{ operator: { displayName: 'A', prompt: '{{parameters.x}}' }, transcript }, 400, /prompt|parameter/],
      [{ operatorId: sentiment, conversationId: 'CH1' }, 400, /conversationId/],
      [{ operatorId: sentiment, conversationId: unknown }, 404, /conversation/],
      [{ operatorId: script, transcript }, 400, /script/],
      [{ operatorId: sentiment, parameters: { a: 1 }, transcript }, 400, /parameters\.a|"a"/],
      [{ operatorId: sentiment, transcript: [{ from: 'ANA', text: 'Hi' }] }, 400, /from/],
      [{ operatorId: sentiment, transcript: [] }, 400, /transcript/],
    ]
    for (const [body, status, words] of cases) {
      const answer = await attempt(world, body)
      assert.equal(answer.status, status, answer.text)
      assert.match((answer.body as Json).message, words)
    }
    const foreign = await stranger.post('/skein/v1/Operators/Test', { operatorId: own.body.id, transcript })
    assert.equal(foreign.status, 404)
  }))

test('more trials at the same time than an account may have are refused, and it may try again when one has ended', () =>
  inWorld({ SKEIN_LIMIT_OPERATOR_TESTS: '1' }, async (world) => {
    const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
    const trial = { operatorId: sentiment, transcript: [{ from: 'CUSTOMER', text: 'I am furious!' }] }
    const ask = () => world.post('/skein/v1/Operators/Test', trial)
    const answers = await Promise.all([ask(), ask()])
    const refused = answers.find(({ status }) => status === 429)
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 429])
    assert.deepEqual([refused?.body.code, refused?.body.params], [20429, { limit: 1 }])
    assert.equal(refused?.headers['retry-after'], '1')
    const stranger = await world.makeStranger()
    const both = await Promise.all([ask(), stranger.post('/skein/v1/Operators/Test', trial)])
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    )
  }))
