import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveKills } from './prove/kills.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

describe('killed in the middle of fifty requests and more', () => {
  for (const [database, title] of [
    ['sqlite', 'a server on SQLite comes back with everything it acknowledged'],
    ['postgres', 'two servers on PostgreSQL come back with everything they acknowledged'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      await proveKills({ database, kills: 3, random: new Random(2), verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.ok(verdict.passed > 100, 'there was something to check')
    })
  }
})
