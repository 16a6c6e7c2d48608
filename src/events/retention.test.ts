import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { newId } from '../kernel/ids.ts'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import { type Statement, statements } from '../store/statement.ts'
import { replayDelivery } from './commands/replay.ts'
import type { DiagnosticRow } from './diagnostic-rows.ts'
import { reportDiagnostic } from './report.ts'
import { EventRetention } from './retention.ts'
import { closedHistories, endedDeliveries, forgottenTargets, oldDiagnostics } from './retention-rows.ts'
import { eventsOf } from './rows.ts'
import { inMailroom, type Mailroom } from './testing/mailroom.ts'

const days = 24 * 60 * 60 * 1000
const url = 'https://hooks.example.test/a'
const ages = { eventsMs: 20 * days, deliveriesMs: 10 * days, diagnosticsMs: 5 * days }
const closed = { status: 'CLOSED', cause: 'TIMEOUT' }

/** Lets retention do all that it has to do now. */
async function retain({ store, now }: Mailroom): Promise<void> {
  const retention = new EventRetention(store, ages)
  while ((await retention.tick(now)) > 0);
}

async function eventCount({ store, account }: Mailroom, conversationId: string): Promise<number> {
  return (await store.read.all(eventsOf, { account, conversationId })).length
}

const allDiagnostics = statements<{ diagnostic: DiagnosticRow }>()<object>()((db) =>
  db.selectFrom('diagnostic').selectAll(),
)

describe('retention', () => {
  it('forgets the history of a conversation so long after it closed, however long it is, and nothing sooner', () =>
    inMailroom(async (mailroom) => {
      const conversation = newId()
      await mailroom.happen(conversation, [], Array(1200).fill('COMMUNICATION_CREATED'))
      await mailroom.happen(conversation, [], ['CONVERSATION_UPDATED'], closed)
      mailroom.now += 20 * days
      await retain(mailroom)
      assert.equal(await eventCount(mailroom, conversation), 1201)
      mailroom.now += 1
      await retain(mailroom)
      assert.equal(await eventCount(mailroom, conversation), 0)
    }))

  it('keeps the history of an open conversation', () =>
    inMailroom(async (mailroom) => {
      const conversation = newId()
      await mailroom.happen(conversation, [], ['CONVERSATION_CREATED'])
      await mailroom.happen(conversation, [], ['CONVERSATION_UPDATED'], { status: 'INACTIVE', cause: 'TIMEOUT' })
      mailroom.now += 1000 * days
      await retain(mailroom)
      assert.equal(await eventCount(mailroom, conversation), 2)
    }))

  it('keeps what a target has still to get, as long as that takes', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const conversation = newId()
      await mailroom.happen(conversation, targets, ['CONVERSATION_UPDATED'], closed)
      mailroom.now += 100 * days
      await retain(mailroom)
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
    }))

  it('forgets deliveries with their attempts first, then the history, its lanes and its own targets', () =>
    inMailroom(async (mailroom) => {
      const conversation = newId()
      const { targets } = await mailroom.callbacks([url], conversation)
      await mailroom.happen(conversation, targets, ['CONVERSATION_UPDATED'], closed)
      await mailroom.deliver()
      const [delivery] = await mailroom.deliveries()
      mailroom.now += 10 * days + 1
      await retain(mailroom)
      assert.deepEqual(await mailroom.deliveries(), [])
      assert.deepEqual(await mailroom.attempts(delivery?.id ?? ''), [])
      assert.equal(await eventCount(mailroom, conversation), 1)

      mailroom.now += 10 * days
      await retain(mailroom)
      assert.equal(await eventCount(mailroom, conversation), 0)
      assert.deepEqual(await mailroom.lanes(conversation), [])
      assert.equal(await mailroom.target(targets[0] ?? ''), undefined)
    }))

  it('keeps a delivery that is still to be tried, and one that was sent again lately', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      mailroom.receiver = ({ event }) => (event.type === 'PARTICIPANT_ADDED' ? 404 : 200)
      await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'])
      await mailroom.deliver()
      const [first, second] = await mailroom.deliveries()
      mailroom.now += 9 * days
      mailroom.receiver = () => 503
      await replayDelivery(mailroom.store, mailroom.account, first?.id ?? '', mailroom.now)
      await mailroom.deliver()
      mailroom.receiver = () => 200
      await replayDelivery(mailroom.store, mailroom.account, second?.id ?? '', mailroom.now)
      mailroom.now += 2 * days
      await retain(mailroom)
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ n, word }) => [n, word]),
        [
          [1, 'PENDING'],
          [2, 'PENDING'],
        ],
      )
      await mailroom.deliver()
      mailroom.now += 9 * days
      await retain(mailroom)
      assert.equal((await mailroom.deliveries()).length, 2)
    }))

  it('forgets what happened to a closed conversation after its history had been forgotten', () =>
    inMailroom(async (mailroom) => {
      const conversation = newId()
      await mailroom.happen(conversation, [], ['CONVERSATION_UPDATED'], closed)
      mailroom.now += 100 * days
      await retain(mailroom)
      await mailroom.happen(conversation, [], ['CONVERSATION_UPDATED'], { standing: 'CLOSED' })
      assert.equal(await eventCount(mailroom, conversation), 1)
      mailroom.now += 100 * days
      await retain(mailroom)
      assert.equal(await eventCount(mailroom, conversation), 0)
    }))

  it('forgets a removed target when no delivery names it any more', () =>
    inMailroom(async (mailroom) => {
      const { owner, targets } = await mailroom.callbacks([url])
      await mailroom.happen(newId(), targets)
      await mailroom.callbacks([], owner)
      mailroom.now += 10 * days
      await retain(mailroom)
      assert.ok(await mailroom.target(targets[0] ?? ''))
      mailroom.now += 1
      await retain(mailroom)
      assert.equal(await mailroom.target(targets[0] ?? ''), undefined)
    }))

  it('forgets old diagnostics', () =>
    inMailroom(async (mailroom) => {
      const { store, account } = mailroom
      const report = (code: number) =>
        store.transact((tx) =>
          reportDiagnostic(tx, account, { level: 'info', code, message: 'It happened.', at: mailroom.now }),
        )
      await report(1)
      mailroom.now += 3 * days
      await report(2)
      mailroom.now += 3 * days
      await retain(mailroom)
      assert.deepEqual(
        (await store.read.all(allDiagnostics, {})).map(({ code }) => code),
        [2],
      )
    }))

  it('looks once an hour and has no time of its own', () =>
    inMailroom(async (mailroom) => {
      const retention = new EventRetention(mailroom.store, { ...ages, eventsMs: 0 })
      assert.equal(await retention.tick(mailroom.now), 0)
      const conversation = newId()
      await mailroom.happen(conversation, [], ['CONVERSATION_UPDATED'], closed)
      assert.equal(await retention.tick(mailroom.now + 59 * 60_000), 0)
      assert.equal(await retention.tick(mailroom.now + 60 * 60_000), 1)
      assert.equal(await retention.nextDueAt(), null)
    }))
})

describe('what has become old', () => {
  const db = new DatabaseSync(':memory:')
  for (const migration of migrations) for (const sql of statementsFor(migration, 'sqlite')) db.exec(sql)
  after(() => db.close())
  const compiler = new StatementCompiler(sqliteDialect)

  for (const [name, statement, index] of [
    ['a history', closedHistories, 'event_closed (account=? AND at<?)'],
    ['a delivery', endedDeliveries, 'delivery_type (account=? AND event_type=? AND state=? AND created_at<?)'],
    ['a diagnostic', oldDiagnostics, 'diagnostic_age (account=? AND at<?)'],
    ['a target', forgottenTargets, 'target_removed (account=? AND removed_at<?)'],
  ] as const) {
    it(`is found by an index that has it in front: ${name}`, () => {
      const { sql, bindings } = compiler.compile(statement as unknown as Statement<never, unknown>)
      const plan = db.prepare(`explain query plan ${sql}`).all(...bindings.map(() => null))
      const details = plan.map(({ detail }) => String(detail))
      assert.ok(details[0]?.endsWith(`INDEX ${index}`), details.join('\n'))
      assert.doesNotMatch(details.join('\n'), /TEMP B-TREE/)
    })
  }
})
