import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import {
  bodyOf,
  converse,
  diagnosticsOf,
  fetched,
  keysHeldBy,
  own,
  participant,
  profileWith,
  statusOf,
} from '../testing/story.ts'

const settings = {
  captureRules: [
    { from: '*', to: kiosk },
    { from: kiosk, to: '*' },
  ],
}

interface Cast {
  world: World
  storeId: string
  configurationId: string
}

function grouped(by: string, story: (cast: Cast) => Promise<void>, environment = {}): Promise<void> {
  return inWorld(environment, async (world) => {
    const storeId = await world.makeMemoryStore()
    const fields = { memoryStoreId: storeId, conversationGroupingType: by, channelSettings: { SMS: settings } }
    await own(world, kiosk)
    await story({ world, storeId, configurationId: await world.makeConfiguration(fields) })
  })
}
const byProfile = (story: (cast: Cast) => Promise<void>) => grouped('GROUP_BY_PROFILE', story)

async function merge({ world, storeId }: Cast, ...profileIds: string[]): Promise<string> {
  await world.advance({ seconds: 1 })
  return (await bodyOf(world.post(`/skein/v1/Stores/${storeId}/Merges`, { profileIds }), 201)).id
}

async function undo({ world, storeId }: Cast, mergeId: string): Promise<Json> {
  await world.advance({ seconds: 1 })
  return bodyOf(world.post(`/skein/v1/Stores/${storeId}/Merges/${mergeId}/Undo`), 200)
}

const key = (profileId: string) => `p|${profileId.slice('mem_profile_'.length)}`

async function customersOf(world: World, conversationId: string): Promise<(string | null)[]> {
  const { participants } = await fetched(world, conversationId)
  return participants.filter(({ type }: Json) => type === 'CUSTOMER').map(({ profileId }: Json) => profileId)
}

describe('an undone merge, under profile grouping', () => {
  it('closes the conversation that carried both since, with a diagnostic, and each has one of their own again', () =>
    byProfile(async (cast) => {
      const { world, storeId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const merged = await merge(cast, first, second)
      const together = await capture(world)
      assert.equal((await capture(world, message({ from: lena }))).conversationId, together.conversationId)
      const { conversations } = await undo(cast, merged)
      assert.deepEqual(conversations, { rekeyed: [], closed: [together.conversationId] })
      assert.equal(await statusOf(world, together.conversationId), 'CLOSED')
      assert.ok((await diagnosticsOf(world, together.conversationId)).includes(530910))
      const [kirans, lenas] = [await capture(world), await capture(world, message({ from: lena }))]
      assert.notEqual(kirans.conversationId, lenas.conversationId)
      assert.deepEqual(await customersOf(world, kirans.conversationId), [first])
      assert.deepEqual(await customersOf(world, lenas.conversationId), [second])
    }))

  it('gives a conversation of the one who was retired to them, with the profile of its customer', () =>
    byProfile(async (cast) => {
      const { world, storeId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const merged = await merge(cast, first, second)
      const { conversationId } = await capture(world, message({ from: lena }))
      assert.deepEqual(await customersOf(world, conversationId), [first])
      assert.deepEqual((await undo(cast, merged)).conversations, { rekeyed: [conversationId], closed: [] })
      assert.deepEqual(await keysHeldBy(world, conversationId), [key(second)])
      assert.deepEqual(await customersOf(world, conversationId), [second])
      assert.equal((await capture(world, message({ from: lena }))).conversationId, conversationId)
      assert.notEqual((await capture(world)).conversationId, conversationId)
    }))

  it('takes from a conversation the key of the other one that it was given meanwhile', () =>
    byProfile(async (cast) => {
      const { world, storeId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const lenas = await capture(world, message({ from: lena }))
      const merged = await merge(cast, first, second)
      await capture(world, message({ from: lena }))
      assert.deepEqual(await keysHeldBy(world, lenas.conversationId), [key(first), key(second)].sort())
      await undo(cast, merged)
      assert.deepEqual(await keysHeldBy(world, lenas.conversationId), [key(second)])
      assert.notEqual((await capture(world)).conversationId, lenas.conversationId)
      assert.equal((await capture(world, message({ from: lena }))).conversationId, lenas.conversationId)
    }))

  it('leaves a conversation alone that both took part in before', () =>
    byProfile(async (cast) => {
      const { world, storeId, configurationId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const everybody = [participant('CUSTOMER', kiran), participant('CUSTOMER', lena), participant('AGENT', kiosk)]
      const { id } = await converse(world, configurationId, everybody)
      const before = await keysHeldBy(world, id)
      const merged = await merge(cast, first, second)
      assert.deepEqual((await undo(cast, merged)).conversations, { rekeyed: [], closed: [] })
      assert.deepEqual(await keysHeldBy(world, id), before)
      assert.deepEqual(await customersOf(world, id), [first, second])
    }))

  it('is foreseen: which conversation gains, and which two collide', () =>
    byProfile(async (cast) => {
      const { world, storeId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const preview = async () =>
        (await bodyOf(world.post(`/skein/v1/Stores/${storeId}/Merges/Preview`, { profileIds: [first, second] }), 200))
          .conversations
      assert.deepEqual(await preview(), [])
      const kirans = await capture(world)
      const gaining = await preview()
      assert.deepEqual(
        gaining.map(({ configurationId: _, ...one }: Json) => one),
        [{ conversationId: kirans.conversationId, profileId: first, effect: 'GAINS', goesOn: true }],
      )
      await world.advance({ minutes: 1 })
      const lenas = await capture(world, message({ from: lena }))
      const colliding = new Map((await preview()).map((one: Json) => [one.conversationId, one]))
      assert.deepEqual(
        [kirans, lenas].map(({ conversationId }) => [
          (colliding.get(conversationId) as Json).effect,
          (colliding.get(conversationId) as Json).goesOn,
        ]),
        [
          ['COLLIDES', false],
          ['COLLIDES', true],
        ],
      )
      const merged = await merge(cast, first, second)
      assert.equal((await capture(world)).conversationId, lenas.conversationId, 'as foreseen')
      await undo(cast, merged)
      assert.equal((await capture(world)).conversationId, kirans.conversationId)
    }))

  it('counts a retired id that a client gives for the one who took its place', () =>
    byProfile(async (cast) => {
      const { world, storeId, configurationId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      await merge(cast, first, second)
      const { conversationId } = await capture(world)
      const body = { ...participant('CUSTOMER', '+15550009998'), profileId: second }
      const conflict = await world.post('/v2/Conversations', { configurationId, participants: [body] })
      assert.equal(conflict.status, 409)
      assert.equal(conflict.headers['x-conflicting-resource-id'], conversationId)
    }))
})

describe('an undone merge, under address grouping', () => {
  it('closes nothing, and tells the right profile of whoever came since', () =>
    grouped('GROUP_BY_PARTICIPANT_ADDRESSES', async (cast) => {
      const { world, storeId } = cast
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const merged = await merge(cast, first, second)
      const lenas = await capture(world, message({ from: lena }))
      assert.deepEqual(await customersOf(world, lenas.conversationId), [first])
      assert.deepEqual((await undo(cast, merged)).conversations, { rekeyed: [lenas.conversationId], closed: [] })
      assert.deepEqual(await customersOf(world, lenas.conversationId), [second])
    }))
})

describe('an address that never merges', () => {
  it('tells nobody, neither in traffic nor through the API', () =>
    byProfile(async (cast) => {
      const { world, storeId, configurationId } = cast
      const known = await profileWith(world, storeId, kiran)
      const path = `/skein/v1/Stores/${storeId}/SharedIdentifiers`
      await bodyOf(world.post(path, { idType: 'phone', value: kiran }), 201)
      const { conversationId } = await capture(world)
      assert.deepEqual(await customersOf(world, conversationId), [null])
      assert.ok((await diagnosticsOf(world, conversationId)).includes(530912))
      const other = await converse(world, configurationId, [participant('CUSTOMER', kiran)])
      assert.deepEqual(await customersOf(world, other.id), [null])
      assert.ok((await diagnosticsOf(world, other.id)).includes(530912))
      await bodyOf(world.post(path, { idType: 'phone', value: lena }), 201)
      const unheld = await converse(world, configurationId, [participant('CUSTOMER', lena)])
      assert.deepEqual(await customersOf(world, unheld.id), [null], 'nobody is made of it either')
      assert.ok((await diagnosticsOf(world, unheld.id)).includes(530004))
      const given = { ...participant('CUSTOMER', lena, 'VOICE'), profileId: known }
      assert.deepEqual(await customersOf(world, (await converse(world, configurationId, [given])).id), [known])
    }))
})

const phones = [kiran, lena, '+15550009991', '+15550009992'] as const
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), from: fc.nat(3), reply: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), one: fc.nat(3), other: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat() }) },
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

describe('whatever is merged and undone', () => {
  it('no open conversation carries two customers who are not one now', () =>
    byProfile((cast) =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
          const { world, storeId } = cast
          const people = new People()
          for (const phone of phones)
            people.ids.push(await profileWith(world, storeId, `${phone.slice(0, -4)}${unique()}`))
          for (const one of steps) await people.take(cast, one)
          await people.check(world)
        }),
        { numRuns: 12 },
      ),
    ))
})

let count = 1000
function unique(): string {
  count += 1
  return String(count)
}

/** Customers with one number each, and what they wrote. */
class People {
  readonly ids: string[] = []
  readonly #merges: { id: string; one: number; other: number }[] = []
  readonly #said: { who: number; conversationId: string }[] = []
  readonly #numbers = new Map<number, string>()

  async take(cast: Cast, step: Step): Promise<void> {
    const { world, storeId } = cast
    await world.advance({ seconds: 1 })
    if (step.do === 'write') {
      const number = await this.#numberOf(world, storeId, step.from)
      const sides = step.reply ? { from: kiosk, to: number } : { from: number, to: kiosk }
      const { conversationId } = await capture(world, message(sides))
      this.#said.push({ who: step.from, conversationId })
    } else if (step.do === 'merge') {
      if (this.#areOne(step.one, step.other)) return
      const profileIds = [this.ids[step.one], this.ids[step.other]]
      const { id } = await bodyOf(world.post(`/skein/v1/Stores/${storeId}/Merges`, { profileIds }), 201)
      this.#merges.push({ id, one: step.one, other: step.other })
    } else if (this.#merges.length > 0) {
      const [merge] = this.#merges.splice(step.which % this.#merges.length, 1)
      await bodyOf(world.post(`/skein/v1/Stores/${storeId}/Merges/${merge?.id}/Undo`), 200)
      await this.check(world)
    }
  }

  /** Everybody who wrote in a conversation that is open is one person with all others who did. */
  async check(world: World): Promise<void> {
    for (const [conversationId, said] of Map.groupBy(this.#said, (one) => one.conversationId)) {
      if ((await statusOf(world, conversationId)) === 'CLOSED') continue
      const [first] = said
      for (const { who } of said) {
        assert.ok(this.#areOne(first?.who as number, who), 'an open conversation is of one person')
      }
    }
  }

  async #numberOf(world: World, storeId: string, who: number): Promise<string> {
    const known = this.#numbers.get(who)
    if (known) return known
    const { identifiers } = await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles/${this.ids[who]}/Identifiers`), 200)
    const values: string[] = identifiers.flatMap(({ values }: Json) => values)
    const { body } = await world.get(`/skein/v1/Stores/${storeId}/Profiles/${this.ids[who]}/Identifiers`)
    const own = body.identifiers.find(({ reasons }: Json) => reasons[0].profileId === this.ids[who])
    assert.ok(values.includes(own.value))
    this.#numbers.set(who, own.value)
    return own.value
  }

  #areOne(a: number, b: number): boolean {
    const reached = new Set([a])
    for (const who of reached) {
      for (const { one, other } of this.#merges) {
        if (one === who) reached.add(other)
        if (other === who) reached.add(one)
      }
    }
    return reached.has(b)
  }
}
