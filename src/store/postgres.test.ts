import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { createDatabase, execute } from '../../test/postgres.ts'
import { openStore } from './open.ts'
import { PostgresStatistics } from './postgres-statistics.ts'
import { testBulk } from './suite/bulk.ts'
import { testConstraints } from './suite/constraints.ts'
import { testStatements } from './suite/statements.ts'
import { quiet, type Subject } from './suite/subject.ts'
import { testTransactions } from './suite/transactions.ts'

const database = await createDatabase({ fast: true })
after(() => database.drop())

const subject: Subject = {
  name: 'PostgreSQL',
  async open() {
    await execute(database.url, 'drop schema public cascade; create schema public')
    return openStore(database.url, { log: quiet })
  },
}

testTransactions(subject)
testStatements(subject)
testBulk(subject)
testConstraints(subject)

test('PostgreSQL counts a table again when it has doubled, and leaves it alone when it has not', async () => {
  await execute(database.url, 'drop schema public cascade; create schema public')
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  try {
    const statistics = new PostgresStatistics(pool, quiet, 0)
    const counted = async () => {
      await pool.query('select pg_stat_force_next_flush()')
      await statistics.look()
      const { rows } = await pool.query("select reltuples from pg_class where oid = 'grown'::regclass")
      return rows[0].reltuples
    }
    await pool.query('create table grown (id int) with (autovacuum_enabled = false)')
    for (const [more, expected] of [
      [999, -1],
      [1, 1000],
      [900, 1000],
      [101, 2001],
      [1500, 2001],
      [502, 4003],
    ]) {
      await pool.query('insert into grown select generate_series(1, $1::int)', [more])
      assert.equal(await counted(), expected)
    }
  } finally {
    await pool.end()
  }
})
