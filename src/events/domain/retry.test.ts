import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge, retryDelayMs, retryDelaysMs, type Verdict } from './retry.ts'

const minute = 60_000
const hour = 60 * minute

describe('what becomes of an attempt', () => {
  const table: [string, Parameters<typeof judge>[0], Verdict][] = [
    ['200', { status: 200 }, 'DELIVERED'],
    ['204', { status: 204 }, 'DELIVERED'],
    ['a redirect', { status: 302 }, 'FINAL'],
    ['400', { status: 400 }, 'FINAL'],
    ['404', { status: 404 }, 'FINAL'],
    ['408', { status: 408 }, 'RETRY'],
    ['410', { status: 410 }, 'GONE'],
    ['425', { status: 425 }, 'RETRY'],
    ['429', { status: 429 }, 'RETRY'],
    ['500', { status: 500 }, 'RETRY'],
    ['503', { status: 503 }, 'RETRY'],
    ['a failed connection', { error: 'connect' }, 'RETRY'],
    ['a URL that is none', { error: 'bad_url' }, 'FINAL'],
    ['a read time-out', { error: 'read_timeout' }, 'RETRY'],
  ]
  for (const [name, result, verdict] of table) {
    it(`is ${verdict} after ${name}`, () => assert.equal(judge(result), verdict))
  }

  it('follows the policy of the URL where it has one', () => {
    assert.equal(judge({ status: 404 }, { retryOn: ['4xx'] }), 'RETRY')
    assert.equal(judge({ status: 500 }, { retryOn: ['4xx'] }), 'FINAL')
    assert.equal(judge({ status: 503 }, { retryOn: ['5xx'] }), 'RETRY')
    assert.equal(judge({ error: 'reset' }, { retryOn: ['ct'] }), 'FINAL')
    assert.equal(judge({ error: 'read_timeout' }, { retryOn: ['rt'] }), 'RETRY')
    assert.equal(judge({ error: 'dns' }, { retryOn: ['all'] }), 'RETRY')
    assert.equal(judge({ status: 410 }, { retryOn: ['4xx'] }), 'GONE')
  })
})

describe('the schedule of attempts', () => {
  it('has eight, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(attempt, {}, 0.5))
    assert.deepEqual(delays, [5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour])
    assert.equal(retryDelayMs(8, {}, 0.5), undefined)
  })

  it('spreads all but the first retry by a tenth', () => {
    assert.equal(retryDelayMs(1, {}, 0), 5_000)
    assert.equal(retryDelayMs(2, {}, 0), 4.5 * minute)
    assert.equal(retryDelayMs(2, {}, 1), 5.5 * minute)
  })

  it('ends earlier, or goes on with its last wait, where the URL says how many', () => {
    assert.equal(retryDelayMs(1, { retries: 0 }, 0.5), undefined)
    assert.equal(retryDelayMs(2, { retries: 2 }, 0.5), 5 * minute)
    assert.equal(retryDelayMs(3, { retries: 2 }, 0.5), undefined)
    assert.equal(retryDelayMs(retryDelaysMs.length + 1, { retries: 20 }, 0.5), 10 * hour)
  })
})
