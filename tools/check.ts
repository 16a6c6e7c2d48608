import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/postgres.ts'
import type { Counts } from './run-tests.ts'

/**
 * Everything that must hold before a change is done, as named steps; all run, also after one failed. With words on the
 * command line only the test files whose path contains one of them: `npm test -- lifecycle`.
 */
const root = join(import.meta.dirname, '..')
const domains = ['src/**/domain/*.test.ts']
const inside = ['src/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts']
const outside = ['test/**/*.test.ts']
/** Files whose tests run in one process: reading the code of the product anew for each would cost more than most tests. */
const filesPerGroup = 24
/** Fewer of those that wait for PostgreSQL, so that others run beside them. */
const waitingPerGroup = 3
/** A test that takes longer than this hangs. */
const testTimeoutMs = 240_000
/** Of processes of tests. They make much that lives as long as one test: with little room the collector is a fifth of their work. */
const nodeOptions = [`--test-timeout=${testTimeoutMs}`, '--min-semi-space-size=64', '--max-semi-space-size=64']
/** A process that takes longer than this hangs, in a way that the time of its tests could not end. */
const processTimeoutMs = 600_000

const patterns = process.argv.slice(2)
const total: Counts = { passed: 0, failed: 0, skipped: 0 }

// One PostgreSQL for all test files, as starting one takes seconds.
const postgres = await startPostgres({ fast: true })
process.env.SKEIN_TEST_POSTGRES = postgres.url
try {
  await step('the server, built for the tests from outside', () => buildServer())
  if (patterns.length > 0) await runMatching(patterns)
  else await runAll()
} finally {
  await postgres.stop()
}

if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0

async function runAll(): Promise<void> {
  // Each keeps one core busy; several checkers of types would instantiate the same ones over and over.
  await atOnce(availableParallelism(), [
    () => step('types', () => tool('typescript/bin/tsc', '-p', '.', '--checkers', '1')),
    () =>
      step('tests of domain folders, which run their every line', () =>
        tests(matching(domains), ['--lines-of', 'src/**/domain/*.ts']),
      ),
    () => step('types of the console, against those of the API', () => consoleTypes()),
    () =>
      step('format, lint and direction of imports', () =>
        tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
      ),
    () => step('unused code and dependencies', () => tool('knip/bin/knip.js', '--no-progress')),
  ])
  const others = matching(inside).filter((file) => !file.includes('/domain/'))
  await step('tests inside and from outside', () => testsInGroups([...others, ...matching(outside)]))
}

/** Runs the jobs in their order, so many at a time. */
async function atOnce(workers: number, jobs: (() => Promise<void>)[]): Promise<void> {
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job()
  }
  await Promise.all(Array.from({ length: workers }, work))
}

async function runMatching(words: string[]): Promise<void> {
  const files = matching([...inside, ...outside]).filter((file) => words.some((word) => file.includes(word)))
  if (files.length === 0) {
    console.error(`No test file has ${words.join(' or ')} in its path.`)
    total.failed += 1
    return
  }
  await step(`tests in ${words.join(', ')}`, () => testsInGroups(files))
}

/** A step without tests of its own counts as one. */
async function step(name: string, run: () => Promise<Counts>): Promise<void> {
  const started = performance.now()
  console.log(`▶ ${name}`)
  const counts = await run()
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${counts.failed > 0 ? '✖' : '✔'} ${name} (${seconds} s)\n`)
}

async function tool(script: string, ...args: string[]): Promise<Counts> {
  return run(join('node_modules', script), ...args)
}

async function run(script: string, ...args: string[]): Promise<Counts> {
  const failed = (await execute([join(root, script), ...args])) !== 0
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }
}

/** With its libraries, as it starts in half the time: there are a hundred starts and more. */
function buildServer(): Promise<Counts> {
  process.env.SKEIN_TEST_PROGRAM = join(root, 'dist/complete/skein.js')
  return run('tools/build.ts', '--with-libraries')
}

/** The API's types are made anew, so that a change of a schema which the console does not follow is seen here. */
async function consoleTypes(): Promise<Counts> {
  const made = await execute([join(root, 'web/api-types.ts')])
  return made === 0 ? tool('typescript/bin/tsc', '-p', 'web', '--checkers', '1') : { passed: 0, failed: 1, skipped: 0 }
}

/**
 * One process more at a time than there are cores, as tests from outside wait for the disk and for processes of their own. A browser alone keeps
 * more than one core busy, so one of the processes has all of those, one after the other, before anything else.
 */
async function testsInGroups(files: readonly string[]): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  const run = async (group: string[]) => {
    const { passed, failed, skipped } = await tests(group)
    counts.passed += passed
    counts.failed += failed
    counts.skipped += skipped
  }
  const inBrowser = async () => {
    for (const file of files.filter(isInBrowser)) await run([file])
  }
  const groups = groupsOf(files.filter((file) => !isInBrowser(file)))
  await atOnce(availableParallelism() + 1, [inBrowser, ...groups.map((group) => () => run(group))])
  return counts
}

/**
 * The longest come first, so that no core waits for the last of them: those from outside, each alone as it has the product in
 * another process anyway, and those that wait for PostgreSQL.
 */
function groupsOf(files: readonly string[]): string[][] {
  const isOutside = (file: string) => file.startsWith('test/')
  const isWaiting = (file: string) => !isOutside(file) && /^src\/store\/|\.postgres\.test\.ts$/.test(file)
  const others = files.filter((file) => !isOutside(file) && !isWaiting(file))
  return [
    ...inGroups(files.filter(isOutside), 1),
    ...inGroups(files.filter(isWaiting), waitingPerGroup),
    ...inGroups(others, filesPerGroup),
  ]
}

function isInBrowser(file: string): boolean {
  return file.startsWith('test/browser/')
}

function inGroups(files: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(files.length / size) }, (_, at) => files.slice(at * size, (at + 1) * size))
}

/** A run that fails although no test did (coverage, a broken reporter) counts as one failure more. */
async function tests(files: string[], options: string[] = []): Promise<Counts> {
  // Without any file Node would look for tests by rules of its own.
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'skein-check-'))
  const results = join(folder, 'counts.json')
  try {
    const runner = join(root, 'tools/run-tests.ts')
    const code = await execute([...nodeOptions, runner, '--counts', results, ...options, ...files])
    const counts = readCounts(results)
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readCounts(path: string): Counts {
  const text = readFileSync(path, { encoding: 'utf8', flag: 'a+' })
  return text === '' ? { passed: 0, failed: 1, skipped: 0 } : (JSON.parse(text) as Counts)
}

function matching(globs: string[]): string[] {
  return globSync(globs, { cwd: root }).sort()
}

/** What Node compiled is kept for the next process; where lines are counted it would count them less exactly. */
function execute(args: string[]): Promise<number> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  if (!args.includes('--lines-of')) {
    Object.assign(env, { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') })
  }
  return new Promise((resolve, reject) => {
    // A group of its own, so that all it started can be ended with it.
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env, detached: true })
    const interrupt = () => kill(child)
    const timeout = setTimeout(() => {
      console.error(`  ✖ not over after ${processTimeoutMs / 60_000} minutes. Still running:\n${membersOf(child)}`)
      kill(child)
    }, processTimeoutMs)
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timeout)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      resolve(code ?? 1)
    })
  })
}

function kill({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

function membersOf({ pid }: ChildProcess): string {
  const processes = execFileSync('ps', ['-A', '-o', 'pgid=,pid=,time=,args='], { encoding: 'utf8' }).split('\n')
  const members = processes.map((line) => line.trim()).filter((line) => line.startsWith(`${pid} `))
  // Node repeats its options before the name of the file.
  return members.map((line) => (line.length > 140 ? `${line.slice(0, 40)} … ${line.slice(-98)}` : line)).join('\n')
}
