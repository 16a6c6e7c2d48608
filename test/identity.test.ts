import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveIdentity } from './prove/identity.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

describe('customers who write, are merged and parted at the same time', () => {
  for (const [database, title] of [
    ['sqlite', 'stay apart on SQLite'],
    ['postgres', 'stay apart on PostgreSQL, with two servers'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      await proveIdentity({ database, rounds: 1, random: new Random(1), verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.equal(verdict.passed, 4)
    })
  }
})
