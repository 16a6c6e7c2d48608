import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveOutages } from './prove/outages.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

test('two servers outlast that their PostgreSQL is cut off under load, and keep everything they acknowledged', async () => {
  const verdict = new Verdict(() => {})
  await proveOutages({ outages: 1, random: new Random(3), verdict, fast: true })
  assert.deepEqual(verdict.failures, [])
  assert.ok(verdict.passed > 50, 'there was something to check')
})
