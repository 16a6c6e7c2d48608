import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectMemories } from './recall.ts'

const memories = [
  { id: 'a', occurredAt: 10 },
  { id: 'b', occurredAt: 30 },
  { id: 'c', occurredAt: 20 },
  { id: 'd', occurredAt: 20 },
]
const all = {
  begin: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
  limit: 100,
  relevanceThreshold: 0,
}
const ids = (scores: number[] | undefined, wish: Partial<typeof all> = {}) =>
  selectMemories(memories, scores, { ...all, ...wish })
    .map(({ id }) => id)
    .join('')

test('without scores the most recent come first', () => assert.equal(ids(undefined), 'bdca'))
test('with scores the most relevant come first', () => assert.equal(ids([0.9, 0.1, 0.2, 0.8]), 'adcb'))
test('of equally relevant ones the more recent comes first', () => assert.equal(ids([0.5, 0.5, 1, 0.5]), 'cbda'))
test('the span of time begins with its first instant and ends before its last', () =>
  assert.equal(ids(undefined, { begin: 10, end: 30 }), 'dca'))
test('those below the threshold are left out', () =>
  assert.equal(ids([0.9, 0.1, 0.5, 0.49], { relevanceThreshold: 0.5 }), 'ac'))
test('the threshold does not count in the order of time', () =>
  assert.equal(ids(undefined, { relevanceThreshold: 0.5 }), 'bdca'))
test('the limit counts what has passed', () => assert.equal(ids([0.9, 0.1, 0.5, 1], { limit: 1, end: 20 }), 'a'))
test('a limit of nothing answers nothing', () => assert.equal(ids([1, 1, 1, 1], { limit: 0 }), ''))
test('scores are shown, within 0 and 1, only where there are some', () => {
  const [first, second] = selectMemories(memories.slice(0, 2), [1 / 3, 1.0000001], all)
  assert.deepEqual([first?.score, second?.score], [1, 0.333333])
  assert.ok(selectMemories(memories, undefined, all).every((one) => !('score' in one)))
})
