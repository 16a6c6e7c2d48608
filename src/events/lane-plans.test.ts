import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'
import { claimParked, earliestParked, nextParkedTarget } from './delivery-rows.ts'
import { headsOfLanes, pagesOfLanes } from './lane-rows.ts'
import { claimLanes, earliestLane, earliestLaneAsOf } from './rows.ts'
import { nextFollower } from './target-rows.ts'

const lanes = /lane USING INDEX sqlite_autoindex_lane_1 \(account=\? AND follower=\? AND conversation_id=\?\)/
const cases: [string, unknown, RegExp[]][] = [
  [
    'the next events of lanes',
    pagesOfLanes,
    [lanes, /event USING .*INDEX sqlite_autoindex_event_1 \(.*n>\? AND n<\?\)/],
  ],
  [
    'what lanes wait for',
    headsOfLanes,
    [lanes, /delivery USING INDEX delivery_event \(.*conversation_id=\? AND target_id=\? AND n>\?\)/],
  ],
  ['lanes to claim', claimLanes, [/lane USING INDEX lane_due \(account=\? AND follower=\? AND due_at<\?\)/]],
  ['the earliest lane', earliestLane, [/lane USING COVERING INDEX lane_due/]],
  ['the earliest lane as of a moment', earliestLaneAsOf, [/lane USING INDEX lane_due/, /event USING INDEX .*n=\?\)/]],
  ['parked deliveries to claim', claimParked, [/delivery USING INDEX delivery_due \(.*due_at<\?\)/]],
  ['the earliest parked delivery', earliestParked, [/delivery USING COVERING INDEX delivery_due/]],
  [
    'followers with work',
    nextFollower,
    [/lane USING COVERING INDEX lane_due \(account=\? AND follower>\? AND follower<\?\)/],
  ],
  ['targets with parked deliveries', nextParkedTarget, [/COVERING INDEX delivery_due \(account=\? AND target_id>\?\)/]],
]

describe('the deliverer finds by an index, however much was delivered before,', () => {
  const db = new DatabaseSync(':memory:')
  for (const migration of migrations) for (const text of statementsFor(migration, 'sqlite')) db.exec(text)
  const compiler = new StatementCompiler(sqliteDialect)

  for (const [what, statement, steps] of cases) {
    it(what, () => {
      const { sql, bindings } = compiler.compile(statement as Statement<never, unknown>)
      const plan = db.prepare(`explain query plan ${sql}`).all(...bindings.map(() => null)) as { detail: string }[]
      const searches = plan.map(({ detail }) => detail).filter((detail) => detail.startsWith('SEARCH'))
      assert.equal(searches.length, steps.length, searches.join('; '))
      for (const [at, step] of steps.entries()) assert.match(searches[at] ?? '', step)
    })
  }
})
