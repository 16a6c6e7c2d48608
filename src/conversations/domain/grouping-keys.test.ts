import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aloneKey, canFace, groupKey, isGroupKey, keyDifference, pairKey, profileKey } from './grouping-keys.ts'

const kiran = 'tel:+15551234567'
const kiosk = 'tel:+15550001111'

test('spells a pair the same from both sides', () => {
  assert.equal(pairKey(null, kiran, kiosk), `a|${kiosk}|${kiran}`)
  assert.equal(pairKey(null, kiosk, kiran), pairKey(null, kiran, kiosk))
})

test('puts the channel first where channels are kept apart', () => {
  assert.equal(pairKey('SMS', kiran, kiosk), `SMS|a|${kiosk}|${kiran}`)
  assert.equal(aloneKey('VOICE', kiran), `VOICE|o|${kiran}`)
})

test('tells one profile from several, in any order', () => {
  assert.equal(profileKey(['x']), 'p|x')
  assert.equal(profileKey(['y', 'x']), 'P|x|y')
})

test('names the business of a thread apart from its customers', () => {
  assert.equal(groupKey(null, kiosk, ['b', 'a']), `s|${kiosk}|a|b`)
  assert.notEqual(groupKey(null, 'a', ['b', 'c']), groupKey(null, 'b', ['a', 'c']))
  assert.equal(groupKey(null, '', ['b', 'a']), 's||a|b')
})

test('recognises the keys of threads, spelled out or digested', () => {
  const long = groupKey('SMS', kiosk, [`chat:${'x'.repeat(254)}`, kiran])
  for (const key of [groupKey(null, kiosk, ['a']), groupKey('SMS', kiosk, ['a']), profileKey(['x', 'y']), long]) {
    assert.equal(isGroupKey(key), true)
  }
  for (const key of [
    pairKey(null, kiran, kiosk),
    pairKey('SMS', kiran, kiosk),
    aloneKey(null, 's|'),
    profileKey(['s']),
  ]) {
    assert.equal(isGroupKey(key), false)
  }
})

test('keeps keys short whatever the addresses', () => {
  const key = pairKey('WHATSAPP', `client:${'x'.repeat(254)}`, `client:${'y'.repeat(254)}`)
  assert.match(key, /^WHATSAPP\|a\|#[\w-]{43}$/)
})

test('never spells different parties alike', () => {
  const part = fc.string({ unit: fc.constantFrom('a', '|', '%', '7', 'C'), maxLength: 6 })
  const parts = fc.array(part, { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const spell = ([business = '', ...customers]: string[]) => groupKey(null, business, customers)
      const sorted = ([business = '', ...customers]: string[]) => JSON.stringify([business, ...customers.toSorted()])
      assert.equal(spell(one) === spell(other), sorted(one) === sorted(other))
    }),
  )
})

test('tells what to take and what to release', () => {
  assert.deepEqual(keyDifference(new Set(['a', 'b']), new Set(['b', 'c'])), { take: ['c'], release: ['a'] })
})

test('lets the two sides face each other, and UNKNOWN anybody', () => {
  assert.equal(canFace('CUSTOMER', 'AI_AGENT'), true)
  assert.equal(canFace('HUMAN_AGENT', 'CUSTOMER'), true)
  assert.equal(canFace('CUSTOMER', 'CUSTOMER'), false)
  assert.equal(canFace('AGENT', 'HUMAN_AGENT'), false)
  assert.equal(canFace('UNKNOWN', 'AGENT'), true)
  assert.equal(canFace('CUSTOMER', 'UNKNOWN'), true)
  assert.equal(canFace('UNKNOWN', 'UNKNOWN'), true)
})
