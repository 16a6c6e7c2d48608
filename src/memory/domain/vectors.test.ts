import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hybridScores } from './hybrid.ts'
import { cosineOf, decodeVector, encodeVector, unitVector, type Vector, vectorsIn } from './vectors.ts'

const unit = (...numbers: number[]) => unitVector(numbers) as Vector
const direction = fc
  .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 })
  .filter((numbers) => Math.hypot(...numbers) > 1e-3)

test('the same direction is 1, the opposite -1, a right angle 0', () => {
  assert.deepEqual(
    [cosineOf(unit(2, 0), unit(5, 0)), cosineOf(unit(2, 0), unit(-1, 0)), cosineOf(unit(2, 0), unit(0, 3))],
    [1, -1, 0],
  )
})

test('vectors of two spaces have no cosine', () => assert.equal(cosineOf(unit(1), unit(1, 0)), undefined))

for (const numbers of [
  [],
  [0, 0],
  [1, Number.NaN],
  [1, '2'],
  'base64',
  undefined,
  Array(20_000).fill(1),
  [1.7e308, 1.7e308],
]) {
  const shown = JSON.stringify(numbers)?.slice(0, 30)
  test(`${shown} is no direction`, () => assert.equal(unitVector(numbers), undefined))
}

test('a vector survives being kept as text', () => {
  fc.assert(
    fc.property(direction, (numbers) => {
      assert.deepEqual(decodeVector(encodeVector(unit(...numbers))), unit(...numbers))
    }),
  )
})

test('an answer gives its vectors in the order of the texts', () => {
  const data = [
    { index: 1, embedding: [0, 2] },
    { index: 0, embedding: [3, 0] },
  ]
  assert.deepEqual(vectorsIn({ data }, 2), [unit(1, 0), unit(0, 1)])
  assert.deepEqual(vectorsIn({ data: [{ embedding: [1] }] }, 1), [unit(1)])
})

for (const [answer, problem] of [
  [null, 'the answer has no list named data'],
  [{ error: 'no' }, 'the answer has no list named data'],
  [{ data: [] }, 'the answer has 0 vectors for 2 texts'],
  [{ data: [null, null] }, 'vector 0 of the answer is no list of numbers with a direction'],
  [
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [1] },
      ],
    },
    'vector 1 of the answer has no index of its own',
  ],
  [
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 2, embedding: [1] },
      ],
    },
    'vector 1 of the answer has no index of its own',
  ],
  [{ data: [{ embedding: [1] }, { embedding: [1, 2] }] }, 'the answer has vectors of 1 and of 2 numbers'],
] as const) {
  test(`${JSON.stringify(answer)} to two texts: ${problem}`, () => assert.equal(vectorsIn(answer, 2), problem))
}

test('meaning counts 0.7 and words 0.3', () => {
  const scores = hybridScores([1, 0, 0.5], [unit(1, 0), unit(1, 0), unit(-1, 0)], unit(1, 0))
  assert.deepEqual(
    scores.map((score) => Number(score.toFixed(6))),
    [1, 0.7, 0.15],
  )
})

test('a text without a vector, or with one of another space, keeps the score of its words', () => {
  assert.deepEqual(hybridScores([0.4, 0.6], [undefined, unit(1)], unit(1, 0)), [0.4, 0.6])
})

test('hybrid scores stay between 0 and 1', () => {
  fc.assert(
    fc.property(direction, direction, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, lexical) => {
      const [score = -1] = hybridScores([lexical], [unit(...a)], unit(...b))
      assert.ok(score >= 0 && score <= 1)
    }),
  )
})
