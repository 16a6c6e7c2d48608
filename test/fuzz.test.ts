import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proveFuzz } from './prove/fuzz.ts'
import { Verdict } from './prove/verdict.ts'

describe('hostile requests to every route', () => {
  for (const [database, title] of [
    ['sqlite', 'are refused as documented, and the server lives, on SQLite'],
    ['postgres', 'are refused as documented, and the server lives, on PostgreSQL'],
  ] as const) {
    test(title, async () => {
      const verdict = new Verdict(() => {})
      await proveFuzz({ database, requests: 0, perRoute: 8, seed: 3, verdict, fast: true })
      assert.deepEqual(verdict.failures, [])
      assert.ok(verdict.passed > 3000, 'there was something to check')
    })
  }
})
