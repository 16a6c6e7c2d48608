import assert from 'node:assert/strict'
import { it } from 'node:test'
import { maxAttempts, retryAfterMs, retryDelayMs } from './retrying.ts'

it('an operator is tried three times, later each time, and no earlier than was asked for', () => {
  assert.equal(maxAttempts, 3)
  for (const [attempts, asked, delay] of [
    [1, null, 2_000],
    [2, null, 15_000],
    [3, null, undefined],
    [1, 500, 2_000],
    [1, 30_000, 30_000],
    [2, 86_400_000, 600_000],
    [3, 1_000, undefined],
  ] as const)
    assert.equal(retryDelayMs(attempts, asked), delay)
})

it('the wish for patience is read as seconds or as a date', () => {
  const now = Date.parse('2026-01-05T09:00:00Z')
  for (const [header, ms] of [
    [undefined, null],
    [' ', null],
    ['7', 7_000],
    ['0', null],
    ['-3', null],
    ['soon', null],
    ['Mon, 05 Jan 2026 09:00:20 GMT', 20_000],
    ['Mon, 05 Jan 2026 08:00:00 GMT', null],
  ] as const)
    assert.equal(retryAfterMs(header, now), ms)
})
