import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import type { Connection } from './connection.ts'
import { Receipts } from './receipts.ts'

const log = openLog('silent', false)
const dayMs = 24 * 60 * 60 * 1000
const at = (account: number) => ({ account, id: 'c' }) as Connection

test('receipts are known at once, to other servers when they are written, and for a day', async () => {
  const store = await openStore('sqlite::memory:', { log })
  const receipts = new Receipts(store, log)
  receipts.note(at(1), 'first', 1_000)
  receipts.note(at(2), 'other', 1_000)
  assert.deepEqual([await receipts.has(at(1), 'first'), await receipts.has(at(1), 'second')], [true, false])
  await receipts.stop()
  const elsewhere = new Receipts(store, log)
  const known = (account: number, fingerprint: string) => elsewhere.has(at(account), fingerprint)
  assert.deepEqual([await known(1, 'first'), await known(2, 'other'), await known(2, 'first')], [true, true, false])
  receipts.note(at(1), 'late', 1_001 + dayMs)
  await receipts.stop()
  assert.deepEqual([await known(1, 'first'), await known(2, 'other'), await known(1, 'late')], [false, true, true])
  await store.close()
})
