import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'
import { proveVoice } from './prove/voice.ts'

test('hostile TwiML and relay messages are obeyed or refused in words, and never a crash', async () => {
  const verdict = new Verdict(() => {})
  await proveVoice({ random: new Random(7), verdict, rounds: 1_000 })
  assert.deepEqual(verdict.failures, [])
  assert.ok(verdict.passed > 2_000)
})
