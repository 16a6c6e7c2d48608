import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idsLinkedTo, type Link, linksBetween, sidesWithout } from './identity-graph.ts'

/** a–b–c, and d that came to b. */
const chain: [Link, Link, Link] = [
  { id: 'm1', leftId: 'a', rightId: 'b' },
  { id: 'm2', leftId: 'c', rightId: 'b' },
  { id: 'm3', leftId: 'b', rightId: 'd' },
]

test('an id is linked to itself and to whoever links lead to', () => {
  assert.deepEqual([...idsLinkedTo('x', chain)], ['x'])
  assert.deepEqual([...idsLinkedTo('d', chain)].sort(), ['a', 'b', 'c', 'd'])
})

test('undoing a merge in the middle of a chain leaves each where its evidence is', () => {
  const { left, right } = sidesWithout(chain[0], chain)
  assert.deepEqual([...left], ['a'])
  assert.deepEqual([...right].sort(), ['b', 'c', 'd'])
  const other = sidesWithout(chain[1], chain)
  assert.deepEqual([...other.left], ['c'])
  assert.deepEqual([...other.right].sort(), ['a', 'b', 'd'])
})

test('tells by which merges one id came to another', () => {
  const way = (from: string, to: string) => linksBetween(from, to, chain).map(({ id }) => id)
  assert.deepEqual(way('d', 'a'), ['m3', 'm1'])
  assert.deepEqual(way('a', 'c'), ['m1', 'm2'])
  assert.deepEqual(way('a', 'a'), [])
  assert.deepEqual(way('a', 'x'), [])
})
