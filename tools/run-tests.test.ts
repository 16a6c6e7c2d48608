import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'skein-run-tests-'))
after(() => rmSync(folder, { recursive: true }))
const counts = join(folder, 'counts.json')

const everyKind = file(
  'every-kind',
  `import assert from 'node:assert/strict'
  import { afterEach, before, beforeEach, describe, it, test } from 'node:test'
  import { setTimeout as wait } from 'node:timers/promises'
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const later = (message) => setTimeout(() => { throw new Error(message) }, 5)

  test('passes', () => {})
  test('fails', async () => { await turn(); assert.equal(1, 2) })
  test('throws in a timer', async () => { await turn(); later('of a timer'); await wait(200) })
  test('forgets a promise', async () => { await turn(); Promise.reject(new Error('forgotten')); await wait(200) })
  test('never ends', async () => { await turn(); await new Promise(() => {}) })
  test('keeps busy without an end', async ({ signal }) => {
    const timer = setInterval(() => {}, 5)
    signal.addEventListener('abort', () => clearInterval(timer))
    await new Promise(() => {})
  })
  test('ends before its timer throws', async () => { await turn(); later('too late') })
  test('waits until it has', () => wait(20))
  test('is skipped', { skip: true }, () => assert.fail())
  test('skips itself', (t) => t.skip('why'))
  test('is to be done', { todo: true }, () => assert.fail('not yet'))
  test('has a plan', (t) => { t.plan(2); t.assert.ok(true) })
  test('has tests of its own', async (t) => {
    await turn()
    await t.test('which pass', async () => { await turn() })
    await t.test('which fail', async () => { await turn(); assert.fail('inner') })
    await test('which are not told their parent', async () => { await turn() })
  })
  test('moves time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5 })
    const called = t.mock.fn()
    setTimeout(called, 1000)
    t.mock.timers.tick(1000)
    assert.deepEqual([called.mock.callCount(), Date.now()], [1, 1005])
  })
  describe('a suite', async () => {
    await turn()
    const calls = []
    before(async () => { await turn(); calls.push('before') })
    beforeEach(() => { calls.push('each') })
    afterEach(() => { calls.push('after') })
    it('has hooks', () => assert.deepEqual(calls, ['before', 'each']))
    describe('in a suite', () => {
      it('has them too', () => assert.deepEqual(calls, ['before', 'each', 'after', 'each']))
      it('may fail', async () => { await turn(); assert.fail('inside') })
    })
  })
  describe('a suite whose hook fails', () => {
    before(async () => { await turn(); assert.fail('of a hook') })
    it('does not pass', () => {})
  })`,
)
const broken = file('broken', `throw new Error('while it loads')`)
const whole = file('whole', `import { test } from 'node:test'\ntest('passes', async () => {})`)

test('a run tells of every kind of test what Node tells, which follows every promise', async () => {
  const files = [broken, everyKind, whole]
  const nodes = ['--test', '--test-isolation=none', '--test-reporter=./tools/progress-reporter.ts']
  const [ours, theirs] = await Promise.all([runTests(files), node([...nodes, ...files])])
  assert.equal(ours.output, theirs.output)
  assert.equal(ours.code, theirs.code)
  assert.equal(ours.code, 1)
  for (const message of [
    '1 !== 2',
    'of a timer',
    'forgotten',
    'timed out',
    'too late',
    'inner',
    'inside',
    'of a hook',
  ]) {
    assert.ok(ours.output.includes(message), message)
  }
  assert.match(ours.output, /while it loads/)
  assert.deepEqual(countsOf(), { passed: 9, failed: 11, skipped: 3 })
})

function file(name: string, code: string): string {
  const path = join(folder, `${name}.test.mjs`)
  writeFileSync(path, code)
  return path
}

function countsOf(): unknown {
  return JSON.parse(readFileSync(counts, 'utf8'))
}

function runTests(files: string[]) {
  return node(['tools/run-tests.ts', '--counts', counts, ...files])
}

/** What is shown, without durations and stacks, which also tell what calls a test. */
function node(args: string[]): Promise<{ code: number; output: string }> {
  const { NODE_TEST_CONTEXT: _, NODE_TEST_WORKER_ID: __, ...env } = process.env
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--test-timeout=400', ...args], { env }, (_error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.replaceAll(/\(\d+ ms\)/g, '(… ms)').replaceAll(/ {10}at .*\n/g, '')
      resolve({ code: child.exitCode ?? -1, output })
    })
  })
}
