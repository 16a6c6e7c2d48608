import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'
import { creatingRequests, feedPages, recordedPages, reportPages } from './debugger-rows.ts'

const byId = /USING INDEX (event_id|sqlite_autoindex_diagnostic_1) \(account=\? AND id[<>]\?/
const cases: [string, Record<string, unknown>, RegExp][] = [
  ['all events', { all: recordedPages.next.all, back: recordedPages.previous.all }, byId],
  [
    'diagnostics in conversations',
    { next: recordedPages.next.diagnostics, back: recordedPages.previous.diagnostics },
    /USING INDEX event_diagnostic \(account=\? AND id[<>]\?\)/,
  ],
  [
    'one conversation',
    { next: recordedPages.next.ofConversation, back: recordedPages.previous.ofConversation },
    /USING INDEX sqlite_autoindex_event_1 \(account=\? AND conversation_id=\? AND n[<>]\?\)/,
  ],
  ['all reports', { next: reportPages.next.all, back: reportPages.previous.all }, byId],
  [
    'reports of a conversation',
    { next: reportPages.next.ofConversation, back: reportPages.previous.ofConversation },
    /USING INDEX diagnostic_conversation \(account=\? AND conversation_id=\? AND id[<>]\?\)/,
  ],
  [
    'reports about a resource',
    { next: reportPages.next.ofResource, back: reportPages.previous.ofResource },
    /USING INDEX diagnostic_resource \(account=\? AND resource=\? AND id[<>]\?\)/,
  ],
  ['the live stream', feedPages.sqlite, byId],
  [
    'the requests that created conversations',
    { creatingRequests },
    /USING INDEX sqlite_autoindex_event_1 \(account=\? AND conversation_id=\? AND n=\?\)/,
  ],
]

describe('the debugger on an empty database, where nothing is known of sizes,', () => {
  const db = new DatabaseSync(':memory:')
  for (const migration of migrations) for (const text of statementsFor(migration, 'sqlite')) db.exec(text)
  after(() => db.close())
  const compiler = new StatementCompiler(sqliteDialect)

  for (const [what, statements, expected] of cases) {
    it(`finds ${what} by the right index, in its order`, () => {
      for (const statement of Object.values(statements)) {
        const { sql, bindings } = compiler.compile(statement as Statement<never, unknown>)
        const plan = db.prepare(`explain query plan ${sql}`).all(...bindings.map(() => null)) as { detail: string }[]
        const details = plan.map(({ detail }) => detail)
        assert.ok(
          details.some((detail) => expected.test(detail)),
          details.join('; '),
        )
        assert.ok(!details.some((detail) => /TEMP B-TREE/.test(detail)), details.join('; '))
      }
    })
  }
})
