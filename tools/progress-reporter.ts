import { relative } from 'node:path'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** One line a test file as it ends, every failure in full, and what is not covered that should be. */
export default async function* progress(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type === 'test:fail' && isOwnFailure(data)) yield failureText(data)
    if (type === 'test:summary' && data.file !== undefined) yield fileLine(data)
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message
    if (type === 'test:coverage') yield coverageText(data)
  }
}

/** A suite, or a file, that failed only because of something inside it has nothing to tell. */
function isOwnFailure({ details }: EventData.TestFail): boolean {
  const { failureType } = details.error as { failureType?: string }
  return failureType !== 'subtestsFailed'
}

function failureText({ name, file, line, details }: EventData.TestFail): string {
  const where = file === undefined ? '' : ` (${fromHere(file)}${line === undefined ? '' : `:${line}`})`
  const error = details.error.cause ?? details.error
  const text = inspect(error, { depth: 8 })
    .split('\n')
    .map((part) => `      ${part}`)
    .join('\n')
  return `    ✖ ${name}${where}\n${text}\n`
}

function fileLine({ file, success, counts, duration_ms }: EventData.TestSummary): string {
  const failed = counts.tests - counts.passed - counts.skipped - counts.todo
  const result = failed > 0 ? `${failed} of ${counts.tests} failed` : `${counts.passed}`
  return `  ${success ? '✔' : '✖'} ${fromHere(file ?? '')}: ${result} (${Math.round(duration_ms)} ms)\n`
}

function coverageText({ summary }: EventData.TestCoverage): string {
  const short = summary.files.filter((file) => file.coveredLineCount < file.totalLineCount)
  const lines = short.map((file) => {
    const missing = file.lines.filter(({ count }) => count === 0).map(({ line }) => line)
    return `  ✖ ${fromHere(file.path)}: lines never run: ${asRanges(missing)}\n`
  })
  const { coveredLinePercent } = summary.totals
  return `${lines.join('')}  ${summary.files.length} files of domain folders, ${coveredLinePercent.toFixed(1)} % of lines\n`
}

/** Ascending numbers as people write them: 3, 7-12. */
function asRanges(numbers: readonly number[]): string {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last?.to === number - 1) last.to = number
    else ranges.push({ from: number, to: number })
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

function fromHere(path: string): string {
  return relative(process.cwd(), path)
}
