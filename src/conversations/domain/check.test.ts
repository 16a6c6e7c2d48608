import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkOperations, type SeenOperation } from './check.ts'

const now = 1_000_000
const operation = (more: Partial<SeenOperation>): SeenOperation => ({
  id: 'proc_job_1',
  status: 'COMPLETED',
  createdAt: now - 1_000,
  error: null,
  ...more,
})

describe('the check of operations', () => {
  const cases: [string, SeenOperation[], 'OK' | 'PROBLEM', RegExp][] = [
    ['nothing is remembered', [], 'OK', /did not fail/],
    ['the last one did what was asked', [operation({})], 'OK', /did not fail/],
    ['one is on its way', [operation({ status: 'PENDING' })], 'PROBLEM', /not in force yet/],
    [
      'one is stuck',
      [operation({ status: 'PENDING' }), operation({ status: 'PENDING', createdAt: now - 60_001 })],
      'PROBLEM',
      /more than a minute/,
    ],
    ['the last one failed', [operation({ status: 'FAILED', error: 'Bad number.' })], 'PROBLEM', /failed: Bad number\./],
    ['the last one failed for no known reason', [operation({ status: 'FAILED' })], 'PROBLEM', /no reason is kept/],
    ['one failed and a later one did not', [operation({}), operation({ status: 'FAILED' })], 'OK', /did not fail/],
  ]
  for (const [when, operations, outcome, message] of cases) {
    it(`is ${outcome} when ${when}`, () => {
      const check = checkOperations('OPERATION', operations, now)
      assert.equal(check.outcome, outcome)
      assert.match(check.message, message)
      assert.equal(check.remedy === null, outcome === 'OK')
    })
  }
})
