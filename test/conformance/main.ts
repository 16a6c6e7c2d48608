import { readFileSync, writeFileSync } from 'node:fs'
import { withOutcomes } from './page.ts'
import { type Outcome, runConformance } from './run.ts'

// Runs every case against a fresh server, prints what held, and writes that into docs/compatibility.md. With the address of
// a PostgreSQL database as argument the server runs on that, and the page stays as it is.

const [database] = process.argv.slice(2)
const page = new URL('../../docs/compatibility.md', import.meta.url)

const outcomes = await runConformance(database)
for (const [operation, own] of Map.groupBy(outcomes, (outcome) => outcome.operation ?? 'Across operations')) {
  console.log(operation)
  for (const outcome of own) print(outcome)
}
const failed = outcomes.filter(({ problem }) => problem !== undefined).length
console.log(`\n${outcomes.length - failed} held, ${failed} did not`)
if (database === undefined) writeFileSync(page, withOutcomes(readFileSync(page, 'utf8'), outcomes))
process.exitCode = failed > 0 ? 1 : 0

function print({ name, problem }: Outcome): void {
  console.log(problem === undefined ? `  ✔ ${name}` : `  ✖ ${name}\n${problem.replaceAll(/^/gm, '      ')}`)
}
