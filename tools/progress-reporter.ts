import { relative } from 'node:path'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** Tests of one file that have ended. */
interface FileResult {
  file: string
  passed: number
  failed: number
  /** Wall time, by `performance.now()`. */
  begun: number
}

/** One line a test file as the next one begins, every failure in full, and what is not covered that should be. */
export default async function* progress(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let current: FileResult | undefined
  for await (const { type, data } of source) {
    if (type === 'test:start' && data.nesting === 0 && data.file !== undefined && data.file !== current?.file) {
      if (current) yield fileLine(current)
      current = { file: data.file, passed: 0, failed: 0, begun: performance.now() }
    }
    if (type === 'test:pass' && current && data.details.type !== 'suite') current.passed += 1
    if (type === 'test:fail' && isOwnFailure(data)) {
      if (current) current.failed += 1
      yield failureText(data)
    }
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message
    // Of what is thrown after its test has ended, which fails the run but no test.
    if (type === 'test:diagnostic' && data.message.startsWith('Error: ')) yield `    ✖ ${data.message}\n`
    if (type === 'test:coverage') yield coverageText(data)
  }
  if (current) yield fileLine(current)
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

function fileLine({ file, passed, failed, begun }: FileResult): string {
  const result = failed > 0 ? `${failed} of ${passed + failed} failed` : `${passed}`
  return `  ${failed === 0 ? '✔' : '✖'} ${fromHere(file)}: ${result} (${Math.round(performance.now() - begun)} ms)\n`
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
