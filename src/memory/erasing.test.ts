import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Statement } from '../store/statement.ts'
import type { Tx } from '../store/store.ts'
import { eraseStore } from './erasing.ts'

test('whatever goes through a whole store when that is erased may take as long as it needs', async () => {
  const executed: Statement<never, unknown>[] = []
  const tx: Tx = {
    dialect: 'postgres',
    all: async () => [],
    get: async () => undefined,
    run: async (statement) => executed.push(statement as Statement<never, unknown>),
    insert: async (_, rows) => rows.length,
    update: async () => 0,
  }
  await eraseStore(tx, { account: 1, storeId: 'S' }, { requestId: 'RQ', now: 1 })
  assert.ok(executed.length >= 15)
  assert.deepEqual(
    executed.filter(({ mayTakeLong }) => !mayTakeLong),
    [],
  )
})
