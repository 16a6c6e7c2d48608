import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveIntelligence } from './prove/intelligence.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

describe('rules and extraction by a model that misbehaves', () => {
  for (const [database, title] of [
    ['sqlite', 'are executed exactly once for each trigger on SQLite, across a kill'],
    ['postgres', 'are executed exactly once for each trigger on PostgreSQL, across a kill of one of two servers'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      const sizes = { conversations: 2, messages: 2, kills: 1 }
      await proveIntelligence({ database, ...sizes, random: new Random(5), verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.ok(verdict.passed > 20, 'there was something to check')
    })
  }
})
