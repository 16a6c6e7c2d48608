import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capture, message } from '../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk, type Received, usualConfiguration, type World } from '../testing/app.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const summary = 'intelligence_operator_01kcv35pnkeysaf6z6cqtbpegn'
const environment = { SKEIN_MODEL_URL: 'https://model.example.test/v1', SKEIN_MODEL_NAME: 'stub' }

const isModel = ({ url }: Received) => url.startsWith('https://model.example.test/')
const asksFor = ({ body }: Received, word: string) => body.messages[0].content.includes(word)
const failure = { status: 500 }

function completion(answer: object) {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(answer) } }
  const usage = { prompt_tokens: 40, completion_tokens: 2, total_tokens: 42 }
  const body = JSON.stringify({ id: 'c', created: 1, model: 'stub-1', choices: [choice], usage })
  return { status: 200, type: 'application/json', body }
}

const answers = (received: Received) =>
  completion(
    asksFor(received, 'Summarise')
      ? { text: 'All of it.' }
      : asksFor(received, 'worth remembering')
        ? { observations: [{ content: 'The customer drives a van.' }] }
        : { label: 'neutral' },
  )

async function attach(world: World, rule: object, more: object = {}): Promise<void> {
  const rules = [{ triggers: [{ on: 'COMMUNICATION' }], actions: [], operators: [{ id: sentiment }], ...rule }]
  const { body } = await world.post('/v3/ControlPlane/Configurations', { displayName: 'desk', rules })
  await world.makeConfiguration({ ...usualConfiguration, intelligenceConfigurationIds: [body.id], ...more })
}

const say = (world: World, text: string) => capture(world, message({ content: { type: 'TEXT', text } }))
const results = async (world: World): Promise<Json[]> => (await world.get('/v3/OperatorResults')).body.items
const modelRequests = (world: World) => world.receiver.received.filter(isModel)
const codes = async (world: World) => {
  const { body } = await world.get('/skein/v1/Events?type=diagnostic')
  return body.events.map((event: Json) => event.data.errorCode).sort()
}

test('only the operator that failed is tried again, at its own time, and one webhook tells of all', () =>
  inWorld(environment, async (world) => {
    const actions = [{ type: 'WEBHOOK', method: 'POST', url: 'https://app.example.test/hooks' }]
    await attach(world, { operators: [{ id: sentiment }, { id: summary }], actions })
    world.receiver.answer = (received) => {
      if (!isModel(received)) return { status: 200 }
      return asksFor(received, 'Summarise') && modelRequests(world).length < 4 ? failure : answers(received)
    }
    await say(world, 'Hello')
    await world.advance()
    assert.equal(modelRequests(world).length, 2)
    assert.deepEqual(await results(world), [])
    await world.advance({ seconds: 2 })
    assert.equal(modelRequests(world).length, 3)
    await world.advance({ seconds: 14 })
    assert.equal(modelRequests(world).length, 3)
    await world.advance({ seconds: 1 })
    assert.equal(modelRequests(world).length, 4)
    const found = await results(world)
    assert.deepEqual(
      found.map(({ result }) => result),
      [{ text: 'All of it.' }, { label: 'neutral' }],
    )
    const told = world.receiver.received.filter((received) => !isModel(received))
    assert.equal(told.length, 1)
    assert.equal(told[0]?.body.operatorResults.length, 2)
    assert.deepEqual(await codes(world), [])
    const counted = found.map(({ metadata }) => metadata.skein)
    assert.deepEqual(counted, Array(2).fill({ requests: 1, inputTokens: 40, outputTokens: 2 }))
  }))

test('an operator that fails three times fails with a diagnostic, and the others keep their results', () =>
  inWorld(environment, async (world) => {
    await attach(world, { operators: [{ id: sentiment }, { id: summary }] })
    world.receiver.answer = (received) => (asksFor(received, 'Summarise') ? failure : answers(received))
    await say(world, 'Hello')
    await world.advance({ minutes: 1 })
    assert.equal(modelRequests(world).length, 4)
    assert.deepEqual(
      (await results(world)).map(({ result }) => result),
      [{ label: 'neutral' }],
    )
    assert.deepEqual(await codes(world), [95305, 95306])
  }))

test('what was said meanwhile waits for the execution before it, and is read by the next', () =>
  inWorld(environment, async (world) => {
    await attach(world, {})
    world.receiver.answer = (received) => (modelRequests(world).length === 1 ? failure : answers(received))
    await say(world, 'One')
    await world.advance()
    await say(world, 'Two')
    await say(world, 'Three')
    await world.advance()
    assert.equal(modelRequests(world).length, 1)
    await world.advance({ seconds: 2 })
    const read = modelRequests(world).map(({ body }) => body.messages[1].content.match(/"text"/g).length)
    assert.deepEqual(read, [1, 1, 2, 3])
    assert.equal((await results(world)).length, 3)
  }))

test('another version of the configuration is executed from the start', () =>
  inWorld(environment, async (world) => {
    await attach(world, { operators: [{ id: sentiment }, { id: summary }] })
    world.receiver.answer = (received) =>
      asksFor(received, 'Summarise') && modelRequests(world).length < 3 ? failure : answers(received)
    await say(world, 'Hello')
    await world.advance()
    const [configuration] = (await world.get('/v3/ControlPlane/Configurations')).body.items
    const [rule] = configuration.rules
    const operators = [{ id: summary }]
    await world.put(`/v3/ControlPlane/Configurations/${configuration.id}`, {
      displayName: 'desk',
      rules: [{ id: rule.id, operators, triggers: [{ on: 'COMMUNICATION' }], actions: [] }],
    })
    await world.advance({ seconds: 2 })
    assert.deepEqual(
      (await results(world)).map(({ operator, intelligenceConfiguration }) => [
        operator.id,
        intelligenceConfiguration.version,
      ]),
      [[summary, 2]],
    )
  }))

test('memories are extracted once although the summary needed another try', () =>
  inWorld(environment, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    await attach(world, { triggers: [] }, { memoryStoreId, memoryExtractionEnabled: true })
    await world.post('/skein/v1/OwnedAddresses', { channel: 'SMS', address: kiosk })
    const of = `/v1/Stores/${memoryStoreId}/Profiles`
    const profile = await world.post(of, { traits: { Contact: { phone: '+15551234567' } } })
    await world.settleOperations()
    let refusals = 0
    world.receiver.answer = (received) => {
      if (asksFor(received, 'Summarise') && refusals++ === 0) return failure
      return answers(received)
    }
    await say(world, 'I came with my van.')
    await world.advance({ minutes: 61 })
    const { observations } = (await world.get(`${of}/${profile.body.id}/Observations`)).body
    assert.deepEqual(
      observations.map(({ content }: Json) => content),
      ['The customer drives a van.'],
    )
    const { summaries } = (await world.get(`${of}/${profile.body.id}/ConversationSummaries`)).body
    assert.deepEqual(
      summaries.map(({ content }: Json) => content),
      ['All of it.'],
    )
    assert.equal(modelRequests(world).filter((one) => asksFor(one, 'worth remembering')).length, 1)
  }))

test('a day has its budget of tokens, and the next one another', () =>
  inWorld({ ...environment, SKEIN_MODEL_TOKENS_PER_DAY: '84' }, async (world) => {
    await attach(world, {})
    world.receiver.answer = answers
    for (const text of ['One', 'Two', 'Three']) {
      await say(world, text)
      await world.advance()
    }
    assert.equal(modelRequests(world).length, 2)
    assert.deepEqual(await codes(world), [95305, 95306])
    await world.advance({ minutes: 24 * 60 })
    await say(world, 'Four')
    await world.advance()
    assert.equal(modelRequests(world).length, 3)
  }))
