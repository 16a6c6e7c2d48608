import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Skein, temporaryFolder } from './skein.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs', 'clients.md'), 'utf8')
const folder = temporaryFolder()
let server: Skein

before(async () => {
  server = await Skein.start(folder)
})
after(() => server.stop())

function blocks(opening: string): string[] {
  return page
    .split(opening)
    .slice(1)
    .map((rest) => rest.split('\n```')[0] ?? '')
}

/** Runs a program of the page with what its reader has exported, and answers what it printed. */
async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      SKEIN_URL: server.url,
      TWILIO_ACCOUNT_SID: server.account.user,
      TWILIO_API_KEY: server.key.user,
      TWILIO_API_SECRET: server.key.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const [code] = await once(child, 'close')
  assert.equal(code, 0, output)
  return output
}

test('what the page says for curl works when pasted, from a configuration to a closed conversation', async () => {
  const pasted = blocks('<!-- test -->\n```sh\n')
  assert.equal(pasted.length, page.split('```sh').length - 1, 'every shell block of the page is run')
  const script = join(folder, 'page.sh')
  // A machine need not have curl to run these tests.
  const curl = `command -v curl > /dev/null || curl() { "${process.execPath}" "${join(import.meta.dirname, 'curl.ts')}" "$@"; }\n`
  writeFileSync(script, `set -eu\n${curl}${pasted.join('\n')}`)
  const output = await run('bash', [script])
  assert.match(output, /^conv_configuration_[0-9a-z]{26}$/m)
  assert.equal(output.match(/"outcome":"CAPTURED"/g)?.length, 2, output)
  assert.match(output, /"text":"Are you open\?"/)
  assert.match(output, /"status":"CLOSED"/)
  assert.match(output, /204\n$/)
})

test('what the page says for Node works when pasted', async () => {
  const [example] = blocks('```js\n')
  // Where the library is found as in a project that has installed it.
  const place = mkdtempSync(join(root, 'node_modules', '.clients-'))
  try {
    const file = join(place, 'example.mjs')
    writeFileSync(file, example ?? '')
    assert.match(await run(process.execPath, [file]), /\[[\s\S]*\]/)
  } finally {
    rmSync(place, { recursive: true })
  }
})
