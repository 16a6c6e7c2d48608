import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fullWindow, windowOf } from './window.ts'

describe('the window of a target that answers', () => {
  const limits = { perTarget: 128, inAll: 512 }
  const cases = [
    { targets: 0, is: 128 },
    { targets: 1, is: 128 },
    { targets: 4, is: 128 },
    { targets: 10, is: 51 },
    { targets: 32, is: 16 },
    { targets: 10_000, is: 16 },
  ]
  for (const { targets, is } of cases) {
    it(`is ${is} of 128 while ${targets} have work`, () => assert.equal(fullWindow(limits, targets), is))
  }
})

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
