import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { run } from './node-test.ts'
import progress from './progress-reporter.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * Runs test files one after the other in this process and shows how they fare:
 * `node tools/run-tests.ts --counts counts.json [--lines-of 'src/**' + '/domain/*.ts'] a.test.ts b.test.ts`. How many passed, failed and were skipped is written
 * to the file of counts. With `--lines-of` it also fails unless every line of those files is run.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { counts: { type: 'string', default: 'counts.json' }, 'lines-of': { type: 'string' } },
})
const linesOf = values['lines-of']
const coverage = {
  coverage: true,
  coverageIncludeAll: true,
  coverageIncludeGlobs: linesOf,
  coverageExcludeGlobs: '**/*.test.ts',
  lineCoverage: 100,
}
const events = run({
  files: positionals.map((file) => resolve(file)),
  isolation: 'none',
  concurrency: 1,
  ...(linesOf === undefined ? {} : coverage),
})
events.on('test:summary', ({ file, success, counts: { tests, passed, skipped, todo } }) => {
  if (file !== undefined) return
  const counts: Counts = { passed, failed: tests - passed - skipped - todo, skipped: skipped + todo }
  writeFileSync(values.counts, JSON.stringify(counts))
  if (!success) process.exitCode = 1
})
try {
  await pipeline(events, progress, process.stdout, { end: false })
} catch (error) {
  // Thrown further it would reach `node:test`, which tells it to the reporter that has just failed.
  console.error(error)
  process.exitCode = 1
}
