import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { Lease } from '../../operations/leases.ts'
import type { Store } from '../../store/store.ts'
import { deleteObservation } from '../commands/delete-observation.ts'
import { deleteProfile } from '../commands/delete-profile.ts'
import { deleteSummary } from '../commands/delete-summary.ts'
import { patchObservation } from '../commands/patch-observation.ts'
import { unitVector } from '../domain/vectors.ts'
import { Embedder } from '../embedding/embedder.ts'
import { EmbeddingEndpoint } from '../embedding/endpoint.ts'
import { requireProfile } from '../profiles.ts'
import { recallMemories } from '../recall.ts'
import { RecallCache } from '../recall-cache.ts'
import { statement } from '../rows.ts'
import { answered, EmbeddingService, threeNumbers } from '../testing/embedding-service.ts'
import { Remembering } from '../testing/memories.ts'
import { World } from '../testing/world.ts'

const allVectors = statement<{ account: number }>()((db, p) =>
  db.selectFrom('memory_vector').select('memory_id').where('account', '=', p.account).orderBy('memory_id'),
)

/** What must hold of the loop that embeds memories, whatever the database. */
export function embeddingSuite(open: () => Promise<Store>): void {
  const begin = async () => {
    const store = await open()
    const w = await World.open(store)
    const s = await w.activeStore()
    const m = new Remembering(w, s)
    const id = await w.create(s, { phone: '+13125550142' })
    const service = new EmbeddingService()
    let wall = 0
    const embedderOf = (model: string, version?: string) =>
      new Embedder({
        store,
        endpoint: new EmbeddingEndpoint(service, { url: 'http://x', key: undefined, model, version }),
        log: openLog('silent', false),
        wallNow: () => wall,
      })
    const settle = async (embedder: Embedder) => {
      let taken = 0
      for (let n = await embedder.tick(w.now); n > 0; n = await embedder.tick(w.now)) taken += n
      return taken
    }
    // What other tests have left in the database is not counted.
    const embedder = embedderOf(`small-${w.account}`)
    await settle(embedder)
    service.texts.length = 0
    const kept = async () =>
      (await store.read.all(allVectors, { account: w.account })).map(({ memory_id }) => memory_id)
    const recalled = async (query: string, model = `small-${w.account}`, profileId = id) => {
      const profile = await requireProfile(store.read, w.account, s, profileId)
      const span = { begin: 0, end: Number.POSITIVE_INFINITY, relevanceThreshold: 0 }
      const question = { ...span, query, observationsLimit: 9, summariesLimit: 9 }
      const cache = new RecallCache(store.read, { model })
      const found = await recallMemories(cache, profile, question, async (text) => unitVector(threeNumbers(text)))
      return [...found.observations, ...found.summaries].map(({ row, score }) => `${row.content} ${score?.toFixed(2)}`)
    }
    const pass = (ms: number) => {
      wall += ms
    }
    return { store, w, s, m, id, service, embedder, embedderOf, settle, kept, recalled, pass }
  }

  test('what is remembered gets vectors once, and recall finds what means the same', async () => {
    const { w, m, id, service, embedder, settle, kept, recalled } = await begin()
    const ids = [...(await m.observe(id, 'Drives a lorry.', 'Eats soup.')), ...(await m.summarise(id, 'About bread.'))]
    assert.equal(await embedder.nextDueAt(), w.now)
    assert.deepEqual(await recalled('automobile'), ['Eats soup. 0.00', 'Drives a lorry. 0.00', 'About bread. 0.00'])
    assert.equal(await settle(embedder), 3)
    assert.deepEqual(await kept(), ids.sort())
    assert.equal((await recalled('automobile'))[0], 'Drives a lorry. 0.70')
    assert.deepEqual([await settle(embedder), await embedder.nextDueAt(), service.texts.length], [0, null, 1])
  })

  test('another text and another model lead to new vectors, and until then words count alone', async () => {
    const { store, w, m, id, embedder, embedderOf, settle, kept, recalled } = await begin()
    const [first = ''] = await m.observe(id, 'Drives a lorry.')
    await settle(embedder)
    await patchObservation(store, { ...m.change(id), observationId: first, patch: { content: 'Eats soup.' } })
    assert.deepEqual(await recalled('bread'), ['Eats soup. 0.00'])
    assert.equal(await settle(embedder), 1)
    assert.deepEqual(await recalled('bread'), ['Eats soup. 0.70'])
    assert.deepEqual(await recalled('bread', 'large'), ['Eats soup. 0.00'])
    const large = `large-${w.account}`
    assert.ok((await settle(embedderOf(large))) >= 1)
    assert.deepEqual([await recalled('bread', large), await kept()], [['Eats soup. 0.70'], [first]])
  })

  test('another version of the same model leads to new vectors', async () => {
    const { w, m, id, service, embedderOf, settle, recalled } = await begin()
    await m.observe(id, 'Drives a lorry.')
    const model = `versions-${w.account}`
    await settle(embedderOf(model))
    assert.equal((await recalled('automobile', model))[0], 'Drives a lorry. 0.70')
    assert.deepEqual(await recalled('automobile', `${model} 2`), ['Drives a lorry. 0.00'])
    assert.ok((await settle(embedderOf(model, '2'))) >= 1)
    assert.equal((await recalled('automobile', `${model} 2`))[0], 'Drives a lorry. 0.70')
    assert.deepEqual(service.texts.at(-1), ['Drives a lorry.'])
  })

  test('one node at a time asks the service, and another one takes over when it is not heard of', async () => {
    const { store, w, m, id, service, embedder, embedderOf, settle, kept, pass } = await begin()
    const ids = await m.observe(id, 'one')
    const other = embedderOf(`small-${w.account}`)
    service.meanwhile = async () => {
      assert.equal(await other.nextDueAt(), null)
      assert.equal(await other.tick(w.now), 0)
    }
    assert.equal(await embedder.tick(w.now), 1)
    service.meanwhile = async () => {}
    assert.deepEqual([service.texts.length, await kept()], [1, ids])
    const died = new Lease(store, { name: 'embeddings', holder: 'died', leaseMs: 90_000, wallNow: () => 0 })
    await m.observe(id, 'two')
    assert.equal(await died.take(), true)
    assert.equal(await settle(other), 0)
    pass(90_001)
    assert.equal(await settle(other), 1)
  })

  test('a text that changes while it is embedded is embedded again', async () => {
    const { store, m, id, service, embedder, settle, recalled } = await begin()
    const [first = ''] = await m.observe(id, 'Drives a lorry.')
    service.meanwhile = async () => {
      service.meanwhile = async () => {}
      await patchObservation(store, { ...m.change(id), observationId: first, patch: { content: 'Eats soup.' } })
    }
    assert.equal(await settle(embedder), 2)
    assert.deepEqual(service.texts, [['Drives a lorry.'], ['Eats soup.']])
    assert.deepEqual(await recalled('bread'), ['Eats soup. 0.70'])
  })

  test('what is deleted or gives way takes its vector along', async () => {
    const { store, w, m, id, embedder, settle, kept } = await begin()
    m.maximum = 2
    const observed = await m.observe(id, 'one', 'two')
    const summed = await m.summarise(id, 'first', 'second')
    await settle(embedder)
    w.now += 1
    await m.observe(id, 'three')
    await m.summarise(id, 'third')
    assert.deepEqual(await kept(), [observed[1], summed[1]].sort())
    await deleteObservation(store, { ...m.change(id), observationId: observed[1] as string })
    await deleteSummary(store, { ...m.change(id), summaryId: summed[1] as string })
    assert.deepEqual(await kept(), [])
    await settle(embedder)
    assert.equal((await kept()).length, 2)
    await deleteProfile(store, { ...m.change(id), requestId: 'RQ1' })
    assert.deepEqual(await kept(), [])
  })

  test('a store that is deleted leaves no vector', async () => {
    const { w, s, m, id, embedder, settle, kept } = await begin()
    await m.observe(id, 'one')
    await m.summarise(id, 'two')
    await settle(embedder)
    assert.equal((await kept()).length, 2)
    await w.deleteStore(s)
    await w.runOperations()
    assert.deepEqual(await kept(), [])
  })

  test('a merge keeps the vectors, also one that happens while they are made', async () => {
    const { w, s, m, id, service, embedder, settle, recalled } = await begin()
    const other = await w.create(s, { email: 'i@example.com' })
    await m.observe(other, 'Drives a lorry.')
    await settle(embedder)
    await m.observe(other, 'Eats soup.')
    service.meanwhile = async () => {
      service.meanwhile = async () => {}
      await w.patch(s, other, { phone: '+13125550142' })
    }
    const before = service.texts.length
    assert.equal(await settle(embedder), 1)
    assert.equal(service.texts.length, before + 1)
    assert.deepEqual(await recalled('automobile', undefined, id), ['Drives a lorry. 0.70', 'Eats soup. 0.35'])
  })

  test('trouble is waited out, longer every time and as long as the service says, and nothing is lost', async () => {
    const { w, m, id, service, embedder, settle, pass, kept } = await begin()
    const ids = await m.observe(id, 'one', 'two')
    const one = JSON.stringify({ data: [{ embedding: [1] }] })
    service.troubles.push(answered(500, ''), answered(200, one), answered(429, '', { 'retry-after': '60' }))
    const waits: number[] = []
    for (const wait of [1_000, 2_000, 60_000]) {
      assert.equal(await settle(embedder), 0)
      assert.equal(await embedder.nextDueAt(), null)
      const asked = service.texts.length
      pass(wait - 1)
      assert.equal(await embedder.tick(w.now), 0)
      assert.equal(service.texts.length, asked)
      pass(1)
      waits.push(asked)
    }
    assert.deepEqual(waits, [1, 2, 3])
    assert.deepEqual([await settle(embedder), await kept()], [2, ids.sort()])
  })

  test('a text that the service does not take keeps no other from its vector', async () => {
    const { m, id, service, embedder, settle, pass, kept } = await begin()
    const ids = await m.observe(id, 'one', 'two', 'three', 'four', 'five')
    service.refused = 'three'
    for (let n = 0; n < 5; n += 1) {
      await settle(embedder)
      pass(1_000)
    }
    assert.deepEqual(await kept(), ids.filter((_, at) => at !== 2).sort())
    service.refused = undefined
    pass(60 * 60_000)
    assert.equal(await settle(embedder), 1)
    assert.deepEqual(await kept(), ids.sort())
  })

  test('a profile that is deleted while it is embedded gets no vector', async () => {
    const { store, m, id, service, embedder, settle, kept } = await begin()
    await m.observe(id, 'one')
    service.meanwhile = () => deleteProfile(store, { ...m.change(id), requestId: 'RQ1' })
    await settle(embedder)
    assert.deepEqual([await kept(), await embedder.nextDueAt()], [[], null])
  })
}
