import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openLog } from '../kernel/log.ts'
import type { Store } from '../store/store.ts'
import { type Ignored, IgnoredInput } from './ignored-input.ts'

const log = openLog('silent', false)
const one: Ignored = {
  account: 1,
  level: 'info',
  code: 530900,
  message: 'No rule.',
  channel: 'SMS',
  requestId: 'RQ1',
}
const minute = 60_000

/** A store that only counts transactions, or fails. */
function storeThat(work: () => Promise<unknown>): Store {
  return { transact: work } as unknown as Store
}

describe('ignored input', () => {
  it('is kept when it cannot be reported, and reported later', async () => {
    let fails = true
    let reported = 0
    const store = storeThat(async () => {
      if (fails) throw new Error('out of order')
      reported += 1
    })
    const ignored = new IgnoredInput({ store, hash: (_, key) => key, log })
    ignored.count(one, 0)
    await assert.rejects(ignored.tick(minute), /out of order/)
    await ignored.flush(minute)
    assert.equal(await ignored.nextDueAt(), minute)
    fails = false
    assert.equal(await ignored.tick(minute), 1)
    assert.equal(reported, 1)
    assert.equal(await ignored.nextDueAt(), null)
  })

  it('is reported when its minute is over and not before', async () => {
    const ignored = new IgnoredInput({ store: storeThat(async () => {}), hash: (_, key) => key, log })
    ignored.count(one, 10)
    ignored.count({ ...one, channel: 'RCS' }, 20)
    assert.equal(await ignored.nextDueAt(), minute + 10)
    assert.equal(await ignored.tick(minute + 9), 0)
    assert.equal(await ignored.tick(minute + 10), 1)
    assert.equal(await ignored.nextDueAt(), minute + 20)
  })

  it('takes no more memory than for so many kinds', async () => {
    const ignored = new IgnoredInput({ store: storeThat(async () => {}), hash: (_, key) => key, log })
    for (let at = 0; at < 1_100; at += 1) ignored.count({ ...one, account: at }, 0)
    assert.equal(await ignored.tick(minute), 1_000)
  })
})
