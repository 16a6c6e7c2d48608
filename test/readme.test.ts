import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { sources } from './program.ts'
import { Skein, temporaryFolder } from './skein.ts'

const root = join(import.meta.dirname, '..')

it('the example of the README works when pasted, with the server as npm start runs it', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const example = /```js\n(.*?)```/s.exec(readme)?.[1]
  assert.ok(example, 'the README has an example')
  assert.ok(example.trimEnd().split('\n').length <= 18, 'the example is short')
  const server = await Skein.start(temporaryFolder(), {}, sources)
  const folder = mkdtempSync(join(root, 'node_modules', '.readme-'))
  try {
    const file = join(folder, 'cafe.mjs')
    writeFileSync(file, example)
    const printed = await run(file, {
      SKEIN_URL: server.url,
      TWILIO_ACCOUNT_SID: server.account.user,
      TWILIO_API_KEY: server.key.user,
      TWILIO_API_SECRET: server.key.password,
    })
    assert.match(printed, /^conv_conversation_\w{26} ACTIVE \[ '\+15551234567', '\+15550001111' \]\n$/)
  } finally {
    rmSync(folder, { recursive: true })
    await server.stop()
  }
})

function run(file: string, environment: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { env: { PATH: process.env.PATH, ...environment } })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(errors))))
  })
}
