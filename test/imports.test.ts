import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proveImports } from './prove/imports.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

test('an import whose server is killed goes on where it was, and takes each row once', async () => {
  const verdict = new Verdict(() => {})
  await proveImports({ database: 'sqlite', rows: 3_000, kills: 2, random: new Random(3), verdict, fast: true })
  assert.deepEqual(verdict.failures, [])
  assert.equal(verdict.passed, 14)
})
