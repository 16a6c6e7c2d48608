import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, labelledSet } from './quality.ts'
import { byFullText, byHybrid } from './rankings.ts'

const set = labelledSet()

test('the labelled set is as its description says', () => {
  assert.equal(set.flatMap(({ observations }) => Object.keys(observations)).length, 300)
  const queries = set.flatMap(({ queries }) => queries)
  assert.deepEqual([queries.length, queries.filter(({ wording }) => wording === 'paraphrase').length], [102, 42])
  for (const { observations, queries } of set) {
    for (const { relevant } of queries) {
      assert.ok(relevant.length > 0 && relevant.every((name) => Object.hasOwn(observations, name)))
    }
  }
})

test('full text finds at least 70 % of what is relevant among the first five', async (t) => {
  const quality = await judge(set, byFullText)
  t.diagnostic(`recall@5 ${quality.recallAt5.toFixed(3)}, MRR ${quality.mrr.toFixed(3)}`)
  assert.ok(quality.recallAt5 >= 0.7, String(quality.recallAt5))
})

test('with a local embedder, words and meaning together find no less than words alone', async (t) => {
  const [words, hybrid] = [await judge(set, byFullText), await judge(set, byHybrid)]
  t.diagnostic(`recall@5 ${hybrid.recallAt5.toFixed(3)}, MRR ${hybrid.mrr.toFixed(3)}`)
  assert.ok(hybrid.recallAt5 >= words.recallAt5, `${hybrid.recallAt5} of ${words.recallAt5}`)
})
