import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { Receipts } from './receipts.ts'

const log = openLog('silent', false)
const dayMs = 24 * 60 * 60 * 1000
test('receipts are known at once, to other servers when they are written, and for a day', async () => {
  const store = await openStore('sqlite::memory:', { log })
  const receipts = new Receipts(store, log)
  receipts.note(1, 'first', 1_000)
  receipts.note(2, 'other', 1_000)
  assert.deepEqual([await receipts.has(1, 'first', 0), await receipts.has(1, 'second', 0)], [true, false])
  await receipts.stop()
  const elsewhere = new Receipts(store, log)
  const known = (account: number, digest: string, now = dayMs) => elsewhere.has(account, digest, now)
  const all = await Promise.all([known(1, 'first'), known(2, 'other'), known(2, 'first')])
  assert.deepEqual(all, [true, true, false])
  elsewhere.note(1, 'late', 2 * dayMs)
  await elsewhere.stop()
  const later = await Promise.all([known(1, 'first'), known(2, 'other'), known(1, 'late', 3 * dayMs - 1)])
  assert.deepEqual(later, [false, true, true])
  assert.equal(await known(2, 'other', 2 * dayMs), false)
  await store.close()
})

test('receipts go with what commits anyway, once it has', async () => {
  const store = await openStore('sqlite::memory:', { log })
  const receipts = new Receipts(store, log)
  const elsewhere = new Receipts(store, log)
  receipts.note(1, 'first', 0)
  await assert.rejects(
    receipts.carriedBy(1, (beside) =>
      store.transact(async (tx) => {
        await beside?.(tx, [])
        throw new Error('It is rolled back.')
      }),
    ),
  )
  assert.deepEqual([await receipts.has(1, 'first', 0), await elsewhere.has(1, 'first', 0)], [true, false])
  const answers = await Promise.all([
    receipts.carriedBy(1, async (beside) => store.transact((tx) => beside?.(tx, []) ?? Promise.resolve())),
    receipts.carriedBy(1, async (beside) => beside),
    receipts.carriedBy(2, async (beside) => beside),
  ])
  assert.deepEqual(answers, [undefined, undefined, undefined])
  assert.equal(await elsewhere.has(1, 'first', 0), true)
  await receipts.stop()
  await store.close()
})

test('receipts that are kept are there for others before it goes on, few commits for many, and can be withdrawn', async () => {
  const store = await openStore('sqlite::memory:', { log })
  const receipts = new Receipts(store, log)
  const elsewhere = new Receipts(store, log)
  const digests = Array.from({ length: 50 }, (_, n) => `kept ${n}`)
  const before = store.statistics.transactions
  await Promise.all(digests.map((digest) => receipts.keep(1, digest, 0)))
  assert.ok(store.statistics.transactions <= before + 2)
  assert.deepEqual(
    await Promise.all(digests.map((digest) => elsewhere.has(1, digest, 0))),
    digests.map(() => true),
  )
  await receipts.withdraw(1, 'kept 7')
  assert.deepEqual(await Promise.all(['kept 6', 'kept 7'].map((digest) => elsewhere.has(1, digest, 0))), [true, false])
  await receipts.stop()
  await store.close()
  // What the database does not take is known for as long as the server lives.
  await receipts.keep(1, 'late', 0)
  await receipts.withdraw(1, 'late')
})
