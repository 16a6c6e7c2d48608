import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWorld, type World } from '../../testing/app.ts'
import { threeNumbers } from '../testing/embedding-service.ts'

const environment = {
  SKEIN_EMBEDDING_URL: 'http://10.0.0.7:8001/v1/',
  SKEIN_EMBEDDING_MODEL: 'small',
  SKEIN_EMBEDDING_KEY: 'sk-hidden',
}

const vectors = (input: string[]) => ({
  status: 200,
  body: JSON.stringify({ data: input.map((text, index) => ({ index, embedding: threeNumbers(text) })) }),
})

async function remembering(world: World) {
  const profiles = `/v1/Stores/${await world.makeMemoryStore()}/Profiles`
  const { id } = (await world.post(profiles, { traits: { Contact: { phone: '+13125550142' } } })).body
  for (const [at, content] of ['Drives a lorry.', 'Eats soup.'].entries()) {
    const occurredAt = `2026-01-0${at + 1}T09:00:00Z`
    await world.post(`${profiles}/${id}/Observations`, { observations: [{ content, occurredAt, source: 'test' }] })
  }
  return async (query: string) => {
    const { status, body } = await world.post(`${profiles}/${id}/Recall`, { query })
    assert.equal(status, 200)
    return body.observations.map(({ content, score }: { content: string; score: number }) => [
      content,
      Number(score.toFixed(2)),
    ])
  }
}

test('with a service that embeds, recall finds what means the same', () =>
  inWorld(environment, async (world) => {
    world.receiver.answer = ({ body }) => vectors(body.input)
    const recall = await remembering(world)
    await world.advance()
    assert.deepEqual(await recall('automobile'), [
      ['Drives a lorry.', 0.7],
      ['Eats soup.', 0.35],
    ])
    const [batch, query] = world.receiver.received
    assert.deepEqual(
      [batch?.url, batch?.headers.Authorization, batch?.body.model, batch?.body.input.length, query?.body.input],
      ['http://10.0.0.7:8001/v1/embeddings', 'Bearer sk-hidden', 'small', 2, ['automobile']],
    )
  }))

test('without any vector nobody is asked for that of the query', () =>
  inWorld(environment, async (world) => {
    const recall = await remembering(world)
    assert.deepEqual(await recall('soup'), [
      ['Eats soup.', 1],
      ['Drives a lorry.', 0],
    ])
    assert.deepEqual(world.receiver.received, [])
  }))

for (const [what, answer] of [
  ['does not answer in time', { error: 'total_timeout' }],
  ['wants no more requests', { status: 429 }],
  ['fails', { status: 500 }],
  ['answers with too few vectors', { status: 200, body: '{"data":[]}' }],
  ['answers with a vector of another space', { status: 200, body: '{"data":[{"embedding":[1,1]}]}' }],
] as const) {
  test(`while the service ${what}, recall ranks by words`, () =>
    inWorld(environment, async (world) => {
      world.receiver.answer = ({ body }) => vectors(body.input)
      const recall = await remembering(world)
      await world.advance()
      world.receiver.answer = () => answer
      assert.deepEqual(await recall('soup'), [
        ['Eats soup.', 1],
        ['Drives a lorry.', 0],
      ])
    }))
}
