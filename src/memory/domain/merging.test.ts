import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { completeIdentitySettings } from './identity-settings.ts'
import { mergeProfiles, type ProfileState, type StoredIdentifier, withinLimits } from './merging.ts'

const settings = completeIdentitySettings({
  identifierConfigs: [
    { idType: 'email' },
    { idType: 'whatsapp' },
    { idType: 'phone', limit: 2, limitPolicy: 'fifo' },
    { idType: 'chat', limit: 2, limitPolicy: 'lifo' },
  ],
  matchingRules: ['phone'],
})

function identifier(idType: string, value: string, addedAt: number, id = `${addedAt}`): StoredIdentifier {
  return { idType, value, addedAt, id, originId: 'p0', source: 'test', detail: null, requestId: 'RQ1' }
}

function values(identifiers: StoredIdentifier[]): string[] {
  return identifiers.map((item) => `${item.idType} ${item.value}`)
}

test('a merged profile has the earliest id and of every trait the newest value', () => {
  const merged = mergeProfiles(settings, [
    {
      id: 'p2',
      createdAt: 20,
      traits: { Contact: { firstName: { value: 'Ines', at: 30 }, city: { value: 'Graz', at: 20 } } },
      identifiers: [identifier('phone', '+2', 20)],
    },
    {
      id: 'p1',
      createdAt: 10,
      traits: { Contact: { firstName: { value: 'Inés', at: 10 } }, Loyalty: { tier: { value: 'gold', at: 10 } } },
      identifiers: [identifier('phone', '+1', 10)],
    },
  ])
  assert.equal(merged.id, 'p1')
  assert.equal(merged.createdAt, 10)
  assert.deepEqual(merged.traits, {
    Contact: { firstName: { value: 'Ines', at: 30 }, city: { value: 'Graz', at: 20 } },
    Loyalty: { tier: { value: 'gold', at: 10 } },
  })
  assert.deepEqual(values(merged.identifiers), ['phone +1', 'phone +2'])
})

test('fifo evicts the value added first, lifo the value added last', () => {
  const kept = withinLimits(settings, [
    identifier('phone', '+1', 1),
    identifier('phone', '+2', 2),
    identifier('phone', '+3', 3),
    identifier('chat', 'a', 1),
    identifier('chat', 'b', 2),
    identifier('chat', 'c', 3),
  ])
  assert.deepEqual(values(kept).sort(), ['chat a', 'chat b', 'phone +2', 'phone +3'])
})

test('values added in the same millisecond keep the order in which they came', () => {
  const kept = withinLimits(settings, [identifier('email', 'b', 5, '01'), identifier('email', 'a', 5, '02')])
  assert.deepEqual(values(kept), ['email b', 'email a'])
})

test('a type that the settings no longer name keeps all its values', () => {
  const many = Array.from({ length: 120 }, (_, at) => identifier('legacy', `v${at}`, at))
  assert.equal(withinLimits(settings, many).length, 120)
})

const stored = fc
  .record(
    {
      idType: fc.constantFrom('phone', 'chat', 'email'),
      value: fc.constantFrom('a', 'b', 'c', 'd'),
      addedAt: fc.nat({ max: 3 }),
      id: fc.nat({ max: 99 }).map(String),
    },
    { noNullPrototype: true },
  )
  .map(({ idType, value, addedAt, id }) => identifier(idType, value, addedAt, id))
const trait = fc.record(
  { value: fc.constantFrom('x', 'y', 7, true), at: fc.nat({ max: 3 }) },
  { noNullPrototype: true },
)
const traits = fc.dictionary(
  fc.constantFrom('Contact', 'Loyalty'),
  fc.dictionary(fc.constantFrom('one', 'two', 'three'), trait, { noNullPrototype: true }),
  { noNullPrototype: true },
)
const profiles = fc.uniqueArray(fc.integer({ min: 10, max: 99 }), { minLength: 3, maxLength: 3 }).chain((ids) =>
  fc.tuple(
    ...ids.map((n) =>
      fc.record({
        id: fc.constant(`p${n}`),
        createdAt: fc.constant(n),
        traits,
        identifiers: fc.array(stored, { maxLength: 6 }),
      }),
    ),
  ),
) as fc.Arbitrary<[ProfileState, ProfileState, ProfileState]>

test('neither the order of a merge nor its grouping changes the outcome', () => {
  fc.assert(
    fc.property(profiles, ([a, b, c]) => {
      const together = mergeProfiles(settings, [a, b, c])
      assert.deepEqual(mergeProfiles(settings, [c, a, b]), together)
      assert.deepEqual(mergeProfiles(settings, [mergeProfiles(settings, [a, b]), c]), together)
      assert.deepEqual(mergeProfiles(settings, [a, mergeProfiles(settings, [c, b])]), together)
    }),
    { numRuns: 2_000 },
  )
})

test('a merged profile has the least id, and no type beyond its limit', () => {
  fc.assert(
    fc.property(profiles, (three) => {
      const merged = mergeProfiles(settings, three)
      assert.equal(merged.id, three.map((profile) => profile.id).sort()[0])
      for (const idType of ['phone', 'chat']) {
        assert.ok(merged.identifiers.filter((item) => item.idType === idType).length <= 2)
      }
    }),
  )
})
