import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { program } from '../../test/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-demo-command-'))
after(() => rmSync(folder, { recursive: true }))

function demo(...options: string[]) {
  return spawnSync(process.execPath, [program, 'demo', ...options], { encoding: 'utf8', cwd: folder })
}

test('skein demo reports a malformed line, prints the summary all the same, and exits with 1', () => {
  const path = join(folder, 'dialogues.jsonl')
  const good = { id: 'a', topic: 'Tea', turns: [{ speaker: 'customer', text: 'A pot of tea, please' }] }
  writeFileSync(path, `oops\n${JSON.stringify(good)}\n`)
  const { status, stdout, stderr } = demo('--dialogues', path)
  assert.equal(status, 1)
  assert.match(stderr, /^line 1: is not JSON\n/)
  assert.match(stdout, /Conversations per grouping type/)
})

test('skein demo says in one line that a file is missing', () => {
  const { status, stdout, stderr } = demo('--dialogues', join(folder, 'nowhere.jsonl'))
  assert.equal(status, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^skein: Cannot read .*nowhere\.jsonl: there is no such file\.\n$/)
})

for (const options of [
  ['--seed', 'x'],
  ['--dialogs', '0'],
  ['--customers', '-1'],
  ['--speed', '2'],
]) {
  test(`skein demo refuses ${options.join(' ')}`, () => {
    const { status, stderr } = demo(...options)
    assert.equal(status, 2)
    assert.match(stderr, /^error: /)
  })
}
