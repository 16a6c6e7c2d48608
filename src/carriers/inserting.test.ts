import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import type { Tx } from '../store/store.ts'
import type { RowOf, Table } from '../store/table.ts'
import { insertTogether } from './inserting.ts'
import { mediaTable } from './rows.ts'

const row = (n: number) => ({
  account: 1,
  communication_id: 'x',
  n,
  conversation_id: 'y',
  url: 'https://media.example.test/1',
  content_type: null,
})

test('inserts the rows of all who insert at the same moment by one statement', async () => {
  const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
  const statements: number[] = []
  const counting = (tx: Tx): Tx => ({
    dialect: tx.dialect,
    all: (statement, parameters) => tx.all(statement, parameters),
    get: (statement, parameters) => tx.get(statement, parameters),
    run: (statement, parameters) => tx.run(statement, parameters),
    update: (table, by, set, rows) => tx.update(table, by, set, rows),
    insert: <T extends Table>(table: T, rows: readonly RowOf<T>[]) => {
      statements.push(rows.length)
      return tx.insert(table, rows)
    },
  })
  await store.transact(async (tx) => {
    const one = counting(tx)
    const inserted = await Promise.all([
      insertTogether(one, mediaTable, [row(0), row(1)]),
      insertTogether(one, mediaTable, []),
      insertTogether(one, mediaTable, [row(2)]),
    ])
    assert.deepEqual(inserted, [3, 0, 3])
    await insertTogether(one, mediaTable, [row(3)])
  })
  assert.deepEqual(statements, [3, 1])
  await assert.rejects(store.transact((tx) => insertTogether(tx, mediaTable, [row(3)])))
  await store.close()
})
