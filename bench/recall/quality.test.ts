import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectMemories } from '../../src/memory/domain/recall.ts'
import { englishThesaurus } from '../../src/memory/ranking/english.ts'
import { fullTextScores, searchedText } from '../../src/memory/ranking/full-text.ts'
import { judge, type LabelledProfile, labelledSet } from './quality.ts'

const set = labelledSet()
const everything = { begin: 0, end: 1, limit: 50, relevanceThreshold: 0 }

/** The ranking of a recall, without a server around it. */
async function byFullText({ observations }: LabelledProfile, ask: string): Promise<string[]> {
  const memories = Object.keys(observations).map((id) => ({ id, occurredAt: 0 }))
  const texts = Object.values(observations).map(searchedText)
  const scores = fullTextScores(ask, texts, englishThesaurus())
  return selectMemories(memories, scores, everything).map(({ id }) => id)
}

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
