import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesPattern } from './pattern.ts'

test('a pattern matches anywhere unless it is anchored', () => {
  assert.equal(matchesPattern('^(silver|gold)$', 'gold'), true)
  assert.equal(matchesPattern('^(silver|gold)$', 'golden'), false)
  assert.equal(matchesPattern('\\d{3}', 'number 123 of many'), true)
})

test('what is no pattern, or can not be matched in linear time, is told', () => {
  for (const pattern of ['(', '[a', '(?=x)', '(a)\\1']) assert.equal(matchesPattern(pattern, 'a'), undefined)
})

test('a pattern that would keep a backtracking matcher busy for years answers at once', () => {
  assert.equal(matchesPattern('^(a+)+$', `${'a'.repeat(1000)}!`), false)
})

test('many patterns are taken, one after the other', () => {
  for (let n = 0; n < 600; n += 1) assert.equal(matchesPattern(`^${n}$`, String(n)), true)
})
