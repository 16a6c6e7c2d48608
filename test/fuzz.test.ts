import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveFuzz } from './prove/fuzz.ts'
import { Verdict } from './prove/verdict.ts'

describe('hostile requests to every route', () => {
  // Every route on both, and with half as many changes where only the database is another.
  for (const [database, perRoute, title] of [
    ['sqlite', 8, 'are refused as documented, and the server lives, on SQLite'],
    ['postgres', 4, 'are refused as documented, and the server lives, on PostgreSQL'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      await proveFuzz({ database, requests: 0, perRoute, seed: 3, verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.ok(verdict.passed > 375 * perRoute, 'there was something to check')
    })
  }
})
