import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type Json } from '../../testing/app.ts'

const path = '/v3/ControlPlane/Operators'

const risk = {
  displayName: 'Escalation risk',
  description: 'How near a complaint is',
  prompt: 'Rate the risk from 1 to {{parameters.scale}} and give a reason.',
  outputFormat: 'JSON',
  outputSchema: {
    type: 'object',
    properties: { risk: { type: 'integer' }, reason: { type: ['string', 'null'] } },
  },
  parameters: { scale: { type: 'integer', default: 5 } },
  trainingExamples: [{ input: 'I will cancel today.', output: '{"risk": 5, "reason": "threatens to leave"}' }],
  context: { memory: { enabled: true } },
}

test('an operator is created at version 1 with a closed schema, and fetched as it was created', () =>
  inWorld({}, async (world) => {
    const { status, headers, body } = await world.post(path, risk)
    assert.deepEqual([status, headers.etag], [201, '1'])
    assert.match(body.id, /^intelligence_operator_[0-7][0-9a-z]{25}$/)
    assert.deepEqual(body, {
      ...risk,
      id: body.id,
      version: 1,
      author: 'SELF',
      outputSchema: { ...risk.outputSchema, additionalProperties: false, required: ['risk', 'reason'] },
      context: { memory: { enabled: true }, knowledge: { enabled: false } },
      parameters: { scale: { type: 'INTEGER', default: 5, required: false } },
    })
    const fetched = await world.get(`${path}/${body.id}`)
    assert.deepEqual([fetched.body, fetched.headers.etag], [body, '1'])
  }))

test('an operator without format answers text, and no schema is kept for it', () =>
  inWorld({}, async (world) => {
    const { body } = await world.post(path, { displayName: 'a', prompt: 'Say it.', outputSchema: { type: 'string' } })
    assert.deepEqual([body.outputFormat, body.outputSchema], ['TEXT', undefined])
  }))

test('a replacement is a new version, and the former one can still be fetched', () =>
  inWorld({}, async (world) => {
    const { body: first } = await world.post(path, risk)
    const one = `${path}/${first.id}`
    const second = await world.put(one, { displayName: 'Short', prompt: 'Say yes.' }, { 'if-match': '"1"' })
    assert.deepEqual([second.status, second.headers.etag, second.body.version], [200, '2', 2])
    const late = await world.put(one, { displayName: 'Late', prompt: 'No.' }, { 'if-match': '1' })
    assert.deepEqual([late.status, late.body.code], [412, 20412])
    assert.equal((await world.put(one, { displayName: 'Any', prompt: 'No.' }, { 'if-match': '*' })).status, 200)
    const versions = await world.get(`${one}/Versions?pageSize=2`)
    assert.deepEqual(
      versions.body.items.map(({ version, status }: Json) => [version, status]),
      [
        [3, 'ACTIVE'],
        [2, 'ACTIVE'],
      ],
    )
    const rest = await world.get(`${one}/Versions?pageToken=${versions.body.meta.nextToken}`)
    assert.deepEqual(
      rest.body.items.map(({ version }: Json) => version),
      [1],
    )
    const old = await world.get(`${one}/Versions/1`)
    assert.equal(old.body.prompt, risk.prompt)
    assert.equal(old.body.status, 'ACTIVE')
    for (const version of ['4', 'x']) assert.equal((await world.get(`${one}/Versions/${version}`)).status, 404)
  }))

test('the built-in operators are there under their published ids, without prompt, and can not be changed', () =>
  inWorld({}, async (world) => {
    const sentiment = `${path}/intelligence_operator_01kcrvw16kfa88qvgrfmr7y151`
    const { body } = await world.get(sentiment)
    assert.deepEqual(
      [body.author, body.prompt, body.trainingExamples, body.version],
      ['TWILIO', undefined, undefined, 1],
    )
    assert.equal((await world.put(sentiment, { displayName: 'Mine', prompt: 'x' })).status, 404)
    assert.equal((await world.delete(sentiment)).status, 404)
    assert.equal((await world.get(`${sentiment}/Versions`)).body.items.length, 1)
    assert.equal((await world.get(`${sentiment}/Versions/1`)).body.status, 'ACTIVE')
    assert.equal((await world.get(`${sentiment}/Versions/2`)).status, 404)
  }))

test('lists hold own and built-in operators, newest first, page by page in both directions', () =>
  inWorld({}, async (world) => {
    const own: string[] = []
    for (const displayName of ['a', 'b', 'c'])
      own.unshift((await world.post(path, { displayName, prompt: 'p' })).body.id)
    const all = (await world.get(path)).body.items.map(({ id }: Json) => id)
    assert.deepEqual(all.slice(0, 3), own)
    assert.equal(all.length, 7)
    const ids: string[] = []
    let page = await world.get(`${path}?pageSize=2`)
    for (;;) {
      ids.push(...page.body.items.map(({ id }: Json) => id))
      if (!page.body.meta.nextToken) break
      page = await world.get(`${path}?pageSize=2&pageToken=${page.body.meta.nextToken}`)
    }
    assert.deepEqual(ids, all)
    const back = await world.get(`${path}?pageSize=2&pageToken=${page.body.meta.previousToken}`)
    assert.deepEqual(
      back.body.items.map(({ id }: Json) => id),
      all.slice(4, 6),
    )
  }))

test('an operator that is deleted is gone with its versions, and is nobody else’s to see', () =>
  inWorld({}, async (world) => {
    const { body } = await world.post(path, risk)
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(`${path}/${body.id}`)).status, 404)
    assert.equal((await stranger.delete(`${path}/${body.id}`)).status, 404)
    const removed = await world.delete(`${path}/${body.id}`)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    for (const gone of ['', '/Versions', '/Versions/1']) {
      assert.equal((await world.get(`${path}/${body.id}${gone}`)).status, 404)
    }
    assert.equal((await world.delete(`${path}/${body.id}`)).status, 404)
  }))

const refusals: [told: string, change: object, field: string][] = [
  ['no prompt', { prompt: undefined }, 'prompt'],
  ['a long name', { displayName: 'n'.repeat(129) }, 'displayName'],
  ['an unknown format', { outputFormat: 'XML' }, 'outputFormat'],
  ['the vendor’s own format', { outputFormat: 'EXTRACTION' }, 'outputFormat'],
  ['JSON without schema', { outputSchema: undefined }, 'outputSchema'],
  ['a root that is no object', { outputSchema: { type: 'array' } }, 'outputSchema.type'],
  [
    'a keyword outside of the subset',
    { outputSchema: { type: 'object', properties: { a: { type: 'string', minLength: 1 } } } },
    'outputSchema.properties.a.minLength',
  ],
  ['a schema that is none', { outputSchema: { type: 'object', properties: { a: { pattern: '(' } } } }, 'outputSchema'],
  ['a parameter without type', { parameters: { scale: {} } }, 'parameters.scale.type'],
  ['an undeclared placeholder', { parameters: {} }, 'prompt'],
  ['an example that is no JSON', { trainingExamples: [{ input: 'a', output: 'b' }] }, 'trainingExamples[0].output'],
  ['an example of another form', { trainingExamples: [{ input: 'a', output: '{}' }] }, 'trainingExamples[0].output'],
]
for (const [told, change, field] of refusals) {
  test(`${told} is refused, and the field is named`, () =>
    inWorld({}, async (world) => {
      const { status, body } = await world.post(path, { ...risk, ...change })
      assert.deepEqual([status, body.code, body.params.field], [400, 20001, field], body.message)
    }))
}

test('an account has so many operators of its own at most', () =>
  inWorld({ SKEIN_LIMIT_OPERATORS: '1' }, async (world) => {
    assert.equal((await world.post(path, risk)).status, 201)
    const { status, body } = await world.post(path, risk)
    assert.deepEqual([status, body.code, body.params], [400, 20001, { limit: 1 }])
  }))
