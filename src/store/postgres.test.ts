import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { PostgresStatistics } from './postgres-statistics.ts'
import { testBulk } from './suite/bulk.ts'
import { testConstraints } from './suite/constraints.ts'
import { postgresSubject } from './suite/postgres-subject.ts'
import { testStatements } from './suite/statements.ts'
import { quiet } from './suite/subject.ts'
import { testTransactions } from './suite/transactions.ts'

const { subject, database } = await postgresSubject()

testTransactions(subject)
testStatements(subject)
testBulk(subject)
testConstraints(subject)

test('PostgreSQL counts a table again when it has doubled, and leaves it alone when it has not', async () => {
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
