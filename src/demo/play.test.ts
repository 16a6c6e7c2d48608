import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchesOf } from './play.ts'

for (const [sentence, lengths, expected] of [
  ['nothing', [], []],
  ['up to the number of items', [1, 1, 1, 1], [[1, 1, 1], [1]]],
  [
    'up to the length',
    [4, 5, 6, 2],
    [
      [4, 5],
      [6, 2],
    ],
  ],
  ['a long item alone', [1, 50, 1], [[1], [50], [1]]],
] as [string, number[], number[][]][]) {
  test(`puts into a batch: ${sentence}`, () => {
    const batches = [
      ...batchesOf(
        lengths.map((length) => ({ json: 'x'.repeat(length) })),
        { items: 3, length: 10 },
      ),
    ]
    assert.deepEqual(
      batches.map((batch) => batch.map(({ json }) => json.length)),
      expected,
    )
  })
}
