import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { withOutcomes } from './conformance/page.ts'
import { type Outcome, runConformance } from './conformance/run.ts'
import { createDatabase } from './postgres.ts'

const page = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8')

describe('The official client', () => {
  test('is served by SQLite as published, and docs/compatibility.md says so', async (t) => {
    const outcomes = await runConformance()
    await assertAllHeld(t, outcomes)
    const allHeld = outcomes.map((outcome) => ({ ...outcome, problem: undefined }))
    assert.ok(withOutcomes(page, allHeld) === page, 'docs/compatibility.md is out of date: run "npm run conformance"')
  })

  test('is served by PostgreSQL as published', async (t) => {
    const database = await createDatabase({ fast: true, schema: true })
    try {
      await assertAllHeld(t, await runConformance(database.url))
    } finally {
      await database.drop()
    }
  })
})

/** A subtest for each case, so that a report names what failed. */
async function assertAllHeld(context: TestContext, outcomes: readonly Outcome[]): Promise<void> {
  for (const { operation = '', name, problem } of outcomes) {
    await context.test(`${operation} ${name}`.trim(), () => {
      if (problem !== undefined) assert.fail(problem)
    })
  }
}
