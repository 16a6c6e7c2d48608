import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'
import { sentTypes } from './append.ts'
import { type DeliveryNarrowing, deliveryPage } from './delivery-list-rows.ts'
import { targetPages } from './target-list-rows.ts'

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

const [targetId, conversationId, eventType] = ['', '', '']
const narrowings: [narrowing: Partial<DeliveryNarrowing>, indexes: string, stretches: number][] = [
  [{}, 'type', 4 * sentTypes.length],
  [{ targetId }, 'target', 4],
  [{ eventType }, 'type', 4],
  [{ targetId, eventType }, 'target|type', 4],
]
const ofConversation: Partial<DeliveryNarrowing>[] = [
  { conversationId },
  { targetId, conversationId },
  { conversationId, eventType },
  { targetId, conversationId, eventType },
]

describe('lists of webhooks', () => {
  for (const [narrowing, indexes, stretches] of narrowings) {
    for (const [direction, span] of [
      ['next', 'created_at>\\? AND \\(created_at,id\\)<\\(\\?,\\?\\)'],
      ['previous', '\\(created_at,id\\)>\\(\\?,\\?\\) AND created_at<\\?'],
    ] as const) {
      const by = Object.keys(narrowing).join(' and ') || 'nothing'
      it(`find the ${direction} page of deliveries narrowed by ${by} in stretches of an index`, () => {
        const found = planOf(deliveryPage(direction, narrowing)).filter((step) => step.startsWith('SEARCH'))
        assert.equal(found.length, stretches)
        for (const step of found) {
          assert.match(step, new RegExp(`INDEX delivery_(${indexes}) \\(account=\\?.* AND state=\\? AND ${span}\\)$`))
        }
      })
    }
  }

  for (const narrowing of ofConversation) {
    it(`find the deliveries of a conversation narrowed by ${Object.keys(narrowing).join(' and ')} by that`, () => {
      const found = planOf(deliveryPage('next', narrowing)).filter((step) => step.startsWith('SEARCH'))
      assert.deepEqual(found, ['SEARCH delivery USING INDEX delivery_event (account=? AND conversation_id=?)'])
    })
  }

  for (const [direction, beyond] of [
    ['next', '<'],
    ['previous', '>'],
  ] as const) {
    it(`find the ${direction} page of targets by an index that is in its order`, () => {
      const plan = planOf(targetPages[direction])
      assert.equal(plan.length, 1)
      assert.match(
        plan[0] as string,
        new RegExp(`^SEARCH target USING INDEX target_present \\(account=\\? AND id${beyond}\\?\\)`),
      )
    })
  }
})
