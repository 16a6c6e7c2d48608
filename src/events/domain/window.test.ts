import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { windowOf } from './window.ts'

describe('the window of a target', () => {
  const cases = [
    { full: 128, failures: 0, is: 128 },
    { full: 128, failures: 7, is: 128 },
    { full: 128, failures: 8, is: 64 },
    { full: 128, failures: 16, is: 32 },
    { full: 128, failures: 32, is: 8 },
    { full: 128, failures: 1_000_000, is: 8 },
    { full: 3, failures: 1_000, is: 3 },
  ]
  for (const { full, failures, is } of cases) {
    it(`is ${is} of ${full} after ${failures} failures in a row`, () => assert.equal(windowOf(full, failures), is))
  }
})
