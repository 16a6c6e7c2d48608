import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveRaces } from './prove/races.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

const sizes = { pairs: 9, messages: 20, overlapping: 500, rounds: 6, merges: 6 }

describe('requests that race', () => {
  for (const [database, title] of [
    ['sqlite', 'agree on one outcome on SQLite'],
    ['postgres', 'agree on one outcome on PostgreSQL, with two servers'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      await proveRaces({ database, sizes, random: new Random(1), verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.ok(verdict.passed > 30, 'there was something to check')
    })
  }
})
