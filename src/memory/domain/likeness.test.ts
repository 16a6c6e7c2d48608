import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyText } from '../../testing/any-text.ts'
import { completeIdentitySettings, identifierConfig } from './identity-settings.ts'
import { comparesByLikeness, isLike, likelyLengths } from './likeness.ts'

const cases: { a: string; b: string; percent: number; alike: boolean }[] = [
  { a: 'Maier', b: 'Maier', percent: 99, alike: true },
  { a: 'Maier', b: 'Meier', percent: 80, alike: true },
  { a: 'Maier', b: 'Meier', percent: 81, alike: false },
  { a: 'Maier', b: 'Meyer', percent: 75, alike: false },
  { a: 'kitten', b: 'sitting', percent: 57, alike: true },
  { a: 'kitten', b: 'sitting', percent: 58, alike: false },
  { a: 'ab', b: '', percent: 50, alike: false },
  { a: '👋👋👋👋', b: '👋👋👋!', percent: 75, alike: true },
]
for (const { a, b, percent, alike } of cases) {
  test(`"${a}" and "${b}" are ${alike ? '' : 'not '}alike by ${percent} percent`, () => {
    assert.equal(isLike(a, b, percent), alike)
    assert.equal(isLike(b, a, percent), alike)
  })
}

test('what is alike has a likely length', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.integer({ min: 50, max: 99 }), (a, b, percent) => {
      const { shortest, longest } = likelyLengths(a, percent)
      const length = [...b].length
      if (isLike(a, b, percent)) assert.ok(length >= shortest && length <= longest)
    }),
    { numRuns: 1_000 },
  )
})

test('telephone numbers and e-mail addresses are never compared by likeness', () => {
  const settings = completeIdentitySettings({
    identifierConfigs: ['email', 'whatsapp', 'phone', 'chat', 'name'].map((idType) => ({
      idType,
      matchingAlgo: 'fuzzy',
    })),
    matchingRules: ['name'],
  })
  const byLikeness = settings.identifierConfigs.filter(comparesByLikeness).map((config) => config.idType)
  assert.deepEqual(byLikeness, ['whatsapp', 'chat', 'name'])
  assert.equal(identifierConfig(settings, 'name')?.matchingThreshold, 75)
})
