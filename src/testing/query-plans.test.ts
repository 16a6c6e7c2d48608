import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import * as accounts from '../accounts/rows.ts'
import * as configurations from '../conversations/configuration-rows.ts'
import * as conversations from '../conversations/rows.ts'
import * as timers from '../conversations/timers.ts'
import * as deliveries from '../events/delivery-rows.ts'
import * as retention from '../events/retention-rows.ts'
import * as events from '../events/rows.ts'
import * as targetLists from '../events/target-list-rows.ts'
import * as targets from '../events/target-rows.ts'
import * as operations from '../operations/rows.ts'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'

/** Small tables, and looks for work that read one entry of an index. */
const mayReadAll = new Set([
  'allAccounts',
  'lastAccount',
  'configurationsOf',
  'configurationCount',
  'ownedAddressesOf',
  'ownedAddressCount',
  'apiKeysOf',
])

/** These hold only what waits, so reading all of one is reading what is asked for. */
const partialIndexes = /INDEX (operation_pending|operation_pending_subject|operation_subject|conversation_wake)\b/

describe('statements on an empty database, where nothing is known of sizes,', () => {
  const db = new DatabaseSync(':memory:')
  for (const migration of migrations) for (const text of statementsFor(migration, 'sqlite')) db.exec(text)
  after(() => db.close())
  const compiler = new StatementCompiler(sqliteDialect)

  for (const room of [
    accounts,
    operations,
    events,
    targets,
    targetLists,
    retention,
    deliveries,
    configurations,
    conversations,
    timers,
  ]) {
    for (const [name, exported] of Object.entries(room)) {
      for (const statement of [exported].flat().filter(isStatement)) {
        if (mayReadAll.has(name)) continue
        it(`${name} finds its rows by an index and not by the account alone`, () => {
          const { sql, bindings } = compiler.compile(statement)
          const plan = db.prepare(`explain query plan ${sql}`).all(...bindings.map(() => null)) as { detail: string }[]
          for (const { detail } of plan) {
            if (partialIndexes.test(detail)) continue
            assert.doesNotMatch(detail, /^SCAN (?!json_each|waiting\b)/, detail)
            assert.doesNotMatch(detail, /\(account=\?\)$/, `${detail} reads the whole account`)
          }
        })
      }
    }
  }
})

function isStatement(value: unknown): value is Statement<never, unknown> {
  return typeof value === 'object' && value !== null && 'build' in value
}
