import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ModelStub, type Reaction } from '../../../test/model-stub.ts'
import { createOutgoing, type Outgoing } from '../../http/outgoing/client.ts'
import type { Operator } from '../domain/operator.ts'
import type { Utterance } from '../domain/transcript.ts'
import type { OperatorTask, Recall } from '../engine.ts'
import { BudgetedEngine } from './budget.ts'
import { ModelEngine } from './engine.ts'

const transcript: Utterance[] = [
  { id: null, side: 'CUSTOMER', text: 'Where is my order?' },
  { id: null, side: 'BUSINESS', text: 'On its way.' },
]
const risk: Operator = {
  id: '01kq7v2m9c4d5e6f7g8h9j0m1a',
  version: 1,
  author: 'SELF',
  displayName: 'Risk',
  description: null,
  prompt: 'Rate the risk from 1 to {{parameters.scale}}.',
  outputFormat: 'JSON',
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['risk', 'reason'],
    properties: { risk: { type: 'integer' }, reason: { type: ['string', 'null'] } },
  },
  trainingExamples: [{ input: 'I will cancel.', output: '{"risk":5,"reason":null}' }],
  memoryEnabled: true,
  knowledgeEnabled: false,
  parameters: { scale: { type: 'INTEGER', required: true } },
  createdAt: 0,
}

describe('operators by a model', () => {
  const stub = new ModelStub()
  let outgoing: Outgoing

  before(async () => {
    await stub.start()
    outgoing = createOutgoing({ allowPrivate: true })
  })
  after(async () => {
    await stub.stop()
    await outgoing.close()
  })
  beforeEach(() => {
    stub.asked.length = 0
  })

  function engine(timeoutMs = 5_000): ModelEngine {
    const { SKEIN_MODEL_URL: url = '', SKEIN_MODEL_KEY: key } = stub.environment
    return new ModelEngine({ outgoing, settings: { url, key, name: 'stub', timeoutMs } })
  }

  const run = (change: Partial<OperatorTask> = {}) =>
    engine().run({ account: 1, operator: risk, values: { scale: 5 }, transcript, ...change })

  const reactions = (...all: Reaction[]) => {
    stub.react = ({ n }) => all[n] ?? all.at(-1) ?? {}
  }

  it('answer without the NUL characters that a model writes', async () => {
    reactions({ answer: { risk: 3, reason: 'asked\0 twice' } })
    const outcome = await run()
    assert.ok('answer' in outcome)
    assert.deepEqual(outcome.answer.result, { risk: 3, reason: 'asked twice' })
  })

  it('ask by schema, and answer in its order with what was counted', async () => {
    reactions({ answer: { reason: 'asked twice', risk: 3 } })
    const outcome = await run()
    assert.ok('answer' in outcome)
    const { latencyMs, inputCharacters, ...answer } = outcome.answer
    assert.deepEqual(answer, {
      result: { risk: 3, reason: 'asked twice' },
      resolvedModel: 'stub-2026-01-05',
      outputCharacters: 33,
      usage: { requests: 1, inputTokens: 100, outputTokens: 10 },
      usedMemory: false,
    })
    assert.deepEqual(Object.keys(answer.result), ['risk', 'reason'])
    assert.ok(latencyMs >= 0 && inputCharacters > 100)
    const [asked] = stub.asked
    assert.equal(asked?.headers.authorization, 'Bearer stub-key-that-nobody-may-see')
    assert.equal(asked.task, 'Rate the risk from 1 to 5.')
    assert.equal(asked.body.response_format?.type, 'json_schema')
    assert.deepEqual(asked.body.response_format?.json_schema.schema, risk.outputSchema)
    assert.equal(asked.body.tools, undefined)
    assert.deepEqual(asked.said, [
      { from: 'customer', text: 'Where is my order?' },
      { from: 'business', text: 'On its way.' },
    ])
    assert.deepEqual(
      asked.body.messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'user'],
    )
  })

  it('imply the schema of texts and labels', async () => {
    reactions({})
    for (const [outputFormat, name] of [
      ['TEXT', 'text'],
      ['CLASSIFICATION', 'label'],
    ] as const) {
      const outcome = await run({ operator: { ...risk, outputFormat, outputSchema: null, trainingExamples: [] } })
      assert.deepEqual('answer' in outcome && outcome.answer.result, { [name]: 'As the model says.' })
    }
  })

  it('let the model read memory, and tell whether it did', async () => {
    const recall: Recall = { traits: async () => ['Contact name: Ana'], observations: async () => [] }
    reactions({ calls: ['read_traits', 'read_observations'] }, { answer: { risk: 1, reason: null } })
    const outcome = await run({ recall })
    assert.ok('answer' in outcome)
    assert.equal(outcome.answer.usedMemory, true)
    assert.deepEqual(outcome.answer.usage, { requests: 2, inputTokens: 200, outputTokens: 20 })
    const told = stub.asked[1]?.body.messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
    assert.deepEqual(told, ['"Contact name: Ana"', 'Nothing is known.'])
    reactions({ answer: { risk: 1, reason: null } })
    const without = await run({ recall })
    assert.equal('answer' in without && without.answer.usedMemory, false)
  })

  it('end a model that asks for memory for ever', async () => {
    reactions({ calls: ['read_traits'] })
    const outcome = await run({ recall: { traits: async () => [], observations: async () => [] } })
    assert.equal('failure' in outcome && outcome.failure, 'The model asked for what is known again and again.')
    assert.equal(stub.asked.length, 5)
  })

  it('tell a refusal as a result', async () => {
    for (const [reaction, refusal] of [
      [{ refusal: 'I can not do that.' }, 'I can not do that.'],
      [{ finish: 'content_filter' }, 'The model refused to answer.'],
    ] as const) {
      reactions(reaction)
      const outcome = await run()
      assert.deepEqual('answer' in outcome && outcome.answer.result, { refusal })
    }
  })

  it('fail for good on what does not fit, without a word of it', async () => {
    for (const [reaction, failure] of [
      [{ answer: { risk: 'Ana', reason: null } }, /fit the schema: answer\/risk must be integer/],
      [{ answer: { risk: 1 } }, /fit the schema: answer must have required property 'reason'/],
      [{ answer: { risk: 1, reason: null, secret: 'Ana' } }, /must NOT have additional properties/],
      [{ text: 'Ana is angry.' }, /does not fit the schema: it is no JSON/],
      [{ finish: 'length', text: '{"risk":' }, /longer than the model may write/],
      [{ text: '' }, /answered nothing|no JSON/],
      [{ status: 401 }, /^The service of the model answered 401\.$/],
      [{ status: 400 }, /^The service of the model answered 400\.$/],
    ] as const) {
      reactions(reaction)
      stub.asked.length = 0
      const outcome = await run()
      assert.ok('failure' in outcome, JSON.stringify(outcome))
      assert.match(outcome.failure, failure)
      assert.equal(outcome.retry, undefined, outcome.failure)
      assert.doesNotMatch(outcome.failure, /Ana|stub-key/)
      assert.equal(outcome.usage?.requests, 1)
    }
  })

  it('say when another try may succeed', async () => {
    for (const [reaction, failure, afterMs] of [
      [{ status: 500 }, 'The service of the model answered 500.', null],
      [{ status: 503, retryAfter: '7' }, 'The service of the model answered 503.', 7000],
      [{ status: 429, retryAfter: '30' }, 'The service of the model answered 429.', 30_000],
      [{ status: 429 }, 'The service of the model answered 429.', null],
      ['cut', 'The model could not be reached: reset.', null],
      ['half', 'The answer of the model broke off.', null],
    ] as const) {
      reactions(reaction)
      const outcome = await run()
      assert.ok('failure' in outcome)
      assert.deepEqual([outcome.failure, outcome.retry], [failure, { afterMs }])
    }
  })

  it('ask nothing once the budget of the day is used up', async () => {
    reactions({ answer: { risk: 1, reason: null } })
    let used = 99
    const budgeted = new BudgetedEngine({ engine: engine(), tokensPerDay: 100, usedToday: async () => used })
    const task = { account: 1, operator: risk, values: { scale: 5 }, transcript }
    assert.ok('answer' in (await budgeted.run(task)))
    used = 100
    const outcome = await budgeted.run(task)
    assert.match('failure' in outcome ? outcome.failure : '', /used up the 100 tokens/)
    assert.equal(stub.asked.length, 1)
  })

  it('wait no longer than they may, and not at all when the process ends', async () => {
    reactions('silent')
    const late = await engine(30).run({ account: 1, operator: risk, values: { scale: 5 }, transcript })
    assert.ok('failure' in late && late.retry)
    assert.match(late.failure, /did not answer in time|could not be reached: connect_timeout/)
    const ending = engine()
    const stopped = ending.run({ account: 1, operator: risk, values: { scale: 5 }, transcript })
    ending.stop()
    const outcome = await stopped
    assert.ok('failure' in outcome && outcome.retry)
  })
})
