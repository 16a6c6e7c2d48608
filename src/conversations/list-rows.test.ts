import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { eventPages } from '../events/event-pages.ts'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'
import {
  communicationPages,
  conversationPages,
  conversationPresence,
  participantById,
  participantPages,
  stuckPages,
} from './list-rows.ts'

const db = new DatabaseSync(':memory:')
for (const migration of migrations) for (const sql of statementsFor(migration, 'sqlite')) db.exec(sql)
after(() => db.close())
const compiler = new StatementCompiler(sqliteDialect)

function planOf(statement: unknown): string[] {
  const { sql, bindings } = compiler.compile(statement as Statement<never, unknown>)
  return db
    .prepare(`explain query plan ${sql}`)
    .all(...bindings.map(() => null))
    .map(({ detail }) => String(detail))
}

/** What a page is searched by, in order of the searches; the database itself must stop at its end, without sorting first. */
const cases: { name: string; statement: unknown; searches: RegExp[] }[] = (['next', 'previous'] as const).flatMap(
  (direction) => {
    const pages = conversationPages[direction]
    const communications = communicationPages[direction]
    const reference = [
      /^SEARCH conversation .*\(account=\? AND id=\?\)/,
      /^SEARCH reference USING PRIMARY KEY \(account=\? AND value=\?\)/,
      /^SEARCH communication USING INDEX communication_channel \(account=\? AND channel_id=\?\)/,
      /^SEARCH communication USING COVERING INDEX communication_resource \(account=\? AND resource_id=\?\)/,
    ]
    const status = /^SEARCH conversation USING INDEX conversation_status \(account=\? AND status=\? AND id[<>]\?\)/
    const inTime = 'conversation_id=\\? AND \\(occurred_at,id\\)[<>]\\(\\?,\\?\\)\\)'
    return [
      { name: 'all conversations', statement: pages.all, searches: [/\(account=\? AND id[<>]\?\)/] },
      { name: 'conversations of a status', statement: pages.ofStatus, searches: [status] },
      { name: 'conversations of two statuses', statement: pages.ofTwoStatuses, searches: [status, status] },
      { name: 'conversations of an external id', statement: pages.ofReference, searches: reference },
      {
        name: 'stuck conversations',
        statement: stuckPages[direction],
        searches: [/INDEX conversation_stuck \(account=\? AND id[<>]\?\)/],
      },
      {
        name: 'participants',
        statement: participantPages[direction],
        searches: [/\(account=\? AND conversation_id=\? AND id[<>]\?\)/],
      },
      {
        name: 'events',
        statement: eventPages[direction],
        searches: [/\(account=\? AND conversation_id=\? AND n[<>]\?\)/],
      },
      {
        name: 'communications',
        statement: communications.all,
        searches: [new RegExp(`INDEX communication_order \\(account=\\? AND ${inTime}`)],
      },
      {
        name: 'communications of an external id',
        statement: communications.ofReference,
        searches: [
          new RegExp(`INDEX communication_channel \\(account=\\? AND channel_id=\\? AND ${inTime}`),
          /INDEX communication_resource \(account=\? AND resource_id=\? AND conversation_id=\?\)/,
        ],
      },
    ].map((page) => ({ ...page, name: `the ${direction} page of ${page.name}` }))
  },
)

describe('lists', () => {
  for (const { name, statement, searches } of cases) {
    it(`finds ${name} by an index that is in its order`, () => {
      const plan = planOf(statement)
      const found = plan.filter((step) => step.startsWith('SEARCH'))
      assert.equal(found.length, searches.length, plan.join('\n'))
      for (const [at, expected] of searches.entries()) assert.match(found[at] as string, expected)
    })

    it(`walks through no table for ${name}`, () => {
      const tables = /^SCAN (conversation|communication|participant|reference|event)\b/
      assert.deepEqual(
        planOf(statement).filter((step) => tables.test(step)),
        [],
      )
    })
  }

  it('finds one conversation and one participant by their keys', () => {
    assert.match(planOf(conversationPresence).join(), /\(account=\? AND id=\?\)/)
    assert.match(planOf(participantById).join(), /\(account=\? AND conversation_id=\? AND id=\?\)/)
  })
})
