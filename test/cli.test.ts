import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createDatabase } from './postgres.ts'
import { type Finished, runSkein, Skein, temporaryFolder } from './skein.ts'

function exported({ output }: Finished, name: string): string {
  const value = new RegExp(`^export ${name}=(\\S+)$`, 'm').exec(output)?.[1]
  assert.ok(value, `${name} in ${output}`)
  return value
}

function keysIn({ output }: Finished): string[] {
  return output.match(/^SK[0-9a-f]{32}/gm) ?? []
}

describe('a wrong call ends with 2 and says what is wrong', () => {
  const wrong: [args: string[], message: RegExp][] = [
    [['brew'], /unknown command 'brew'/],
    [['serve', '--prot', '80'], /unknown option '--prot'/],
    [['keys', 'revoke'], /missing required argument 'sid'/],
    [['copy', '--from', 'sqlite:a.db'], /required option '--to/],
    [['keys', 'list', '--url', 'skein.example.com'], /--url must be/],
    [['keys', 'list', '--url', 'http://127.0.0.1:1'], /--url needs credentials/],
    [['keys', 'list', '--url', 'http://127.0.0.1:1', '--account', 'AC1'], /--account does not go with --url/],
    [['migrate', '--database', 'mysql://x'], /SKEIN_DATABASE/],
  ]
  for (const [args, message] of wrong) {
    test(`skein ${args.join(' ')}`, async () => {
      const { code, errors } = await runSkein(temporaryFolder(), args)
      assert.match(errors, message)
      assert.equal(code, 2)
    })
  }
})

test('explains itself', async () => {
  const folder = temporaryFolder()
  const help = await runSkein(folder, ['serve', '--help'])
  assert.equal(help.code, 0)
  assert.match(help.output, /--port <value>[\s\S]*SKEIN_PORT[\s\S]*SKEIN_LIMIT_PARTICIPANTS \(default: 50\)/)
  assert.equal((await runSkein(folder, ['--help'])).code, 0)
  assert.match((await runSkein(folder, ['--version'])).output, /^\d+\.\d+\.\d+\n$/)
  assert.ok(!existsSync(join(folder, 'data')), 'and touches nothing')
})

test('manages accounts and keys while no server runs', async () => {
  const folder = temporaryFolder()
  const none = await runSkein(folder, ['keys', 'list'])
  assert.equal(none.code, 1)
  assert.match(none.errors, /There is no account yet/)

  const first = await runSkein(folder, ['accounts', 'create', '--name', 'first'])
  assert.equal(first.code, 0, first.errors)
  const made = await runSkein(folder, ['keys', 'create', '--name', 'ci'])
  assert.match(made.output, /^export TWILIO_API_KEY=SK[0-9a-f]{32}\nexport TWILIO_API_SECRET=\S{32}\n$/)
  assert.match(made.errors, /not shown again/)
  const firstKeys = [exported(first, 'TWILIO_API_KEY'), exported(made, 'TWILIO_API_KEY')]
  assert.deepEqual(keysIn(await runSkein(folder, ['keys', 'list'])), firstKeys)

  const second = await runSkein(folder, ['accounts', 'create', '--name', 'second'])
  const accounts = await runSkein(folder, ['accounts', 'list'])
  const sids = [first, second].map((finished) => exported(finished, 'TWILIO_ACCOUNT_SID'))
  assert.deepEqual(accounts.output.match(/^AC[0-9a-f]{32}/gm), sids)
  const unclear = await runSkein(folder, ['keys', 'list'])
  assert.equal(unclear.code, 1)
  assert.ok(sids.every((sid) => unclear.errors.includes(sid)))

  const chosen = ['--account', sids[0] ?? '']
  assert.deepEqual(keysIn(await runSkein(folder, ['keys', 'list', ...chosen])), firstKeys)
  const foreign = await runSkein(folder, ['keys', 'revoke', exported(second, 'TWILIO_API_KEY'), ...chosen])
  assert.equal(foreign.code, 1)
  assert.match(foreign.errors, /no API key SK[0-9a-f]{32} in force/)
  assert.equal((await runSkein(folder, ['keys', 'revoke', firstKeys[1] ?? '', ...chosen])).code, 0)
  assert.deepEqual(keysIn(await runSkein(folder, ['keys', 'list', ...chosen])), [firstKeys[0]])
  const nobody = await runSkein(folder, ['keys', 'list', '--account', `AC${'0'.repeat(32)}`])
  assert.match(nobody.errors, /There is no account AC0{32}/)
})

test('keeps to the limit of keys', async () => {
  const folder = temporaryFolder()
  await runSkein(folder, ['accounts', 'create'])
  const { code, errors } = await runSkein(folder, ['keys', 'create'], { SKEIN_LIMIT_API_KEYS: '1' })
  assert.equal(code, 1)
  assert.match(errors, /may have 1 API keys/)
})

test('replaces the auth token while no server runs', async () => {
  const folder = temporaryFolder()
  const account = await runSkein(folder, ['accounts', 'create'])
  const user = exported(account, 'TWILIO_ACCOUNT_SID')
  const first = exported(account, 'TWILIO_AUTH_TOKEN')
  const missing = await runSkein(folder, ['accounts', 'promote-token'])
  assert.deepEqual([missing.code, missing.errors], [1, 'skein: There is no secondary auth token. Create one first.\n'])

  const made = await runSkein(folder, ['accounts', 'create-token'])
  assert.match(made.output, /^export TWILIO_AUTH_TOKEN=[0-9a-f]{32}\n$/)
  const second = exported(made, 'TWILIO_AUTH_TOKEN')
  for (const step of ['promote-token', 'delete-token']) {
    assert.equal((await runSkein(folder, ['accounts', step, '--account', user])).code, 0)
  }
  const server = await Skein.start(folder)
  const logIn = async (password: string) =>
    (await server.ask('GET', '/skein/v1/Keys', undefined, { as: { user, password } })).status
  assert.deepEqual([await logIn(first), await logIn(second)], [401, 200])
  await server.stop()
})

test('brings a schema up to date; manages keys through the server on it, and says how as it holds the database', async () => {
  const folder = temporaryFolder()
  const database = 'sqlite:fresh.db'
  const migrated = await runSkein(folder, ['migrate', '--database', database])
  assert.equal(migrated.code, 0)
  assert.match(migrated.output, /up to date/)
  const server = await Skein.start(folder, { SKEIN_DATABASE: database })
  const held = await runSkein(folder, ['keys', 'list', '--database', database])
  assert.equal(held.code, 1)
  assert.match(held.errors, /already working on .*--url/)

  const environment = { TWILIO_ACCOUNT_SID: server.account.user, TWILIO_AUTH_TOKEN: server.account.password }
  const made = await runSkein(folder, ['keys', 'create', '--url', server.url], environment)
  assert.equal(made.code, 0, made.errors)
  const key = { user: exported(made, 'TWILIO_API_KEY'), password: exported(made, 'TWILIO_API_SECRET') }
  assert.equal((await server.ask('GET', '/skein/v1/Keys', undefined, { as: key })).status, 200)
  const byKey = ['--url', server.url, '--user', key.user, '--password', key.password]
  assert.deepEqual(keysIn(await runSkein(folder, ['keys', 'list', ...byKey])), [server.key.user, key.user])
  assert.equal((await runSkein(folder, ['keys', 'revoke', key.user, ...byKey])).code, 0)
  const refused = await runSkein(folder, ['keys', 'list', ...byKey])
  assert.equal(refused.code, 1)
  assert.match(refused.errors, /answered 401: API key SID and secret do not belong together/)
  assert.equal(await server.stop(), 0)
  const gone = await runSkein(folder, ['keys', 'list', ...byKey])
  assert.equal(gone.code, 1)
  assert.match(gone.errors, /^skein: No answer from http.*\n$/)
})

test('copies an installation to PostgreSQL and back, with its key', async () => {
  const { url, drop } = await createDatabase({ fast: true })
  const folder = temporaryFolder()
  const made = await runSkein(folder, ['accounts', 'create'])
  const account = { user: exported(made, 'TWILIO_ACCOUNT_SID'), password: exported(made, 'TWILIO_AUTH_TOKEN') }

  const there = await runSkein(folder, ['copy', '--from', 'sqlite:data/skein.db', '--to', url])
  assert.equal(there.code, 0, there.errors)
  assert.match(there.output, /^TABLE +ROWS +CHECKSUM\n/)
  assert.match(there.output, /^account +1 +[0-9a-f]{32}$/m)
  assert.match(there.output, /^Its secret key is in .*data\/skein\.key\.$/m)
  const onPostgres = await Skein.start(folder, { SKEIN_DATABASE: url })
  assert.equal((await onPostgres.ask('GET', '/skein/v1/Keys', undefined, { as: account })).status, 200)
  await onPostgres.stop()

  const back = await runSkein(folder, ['copy', '--from', url, '--to', 'sqlite:back/skein.db'])
  assert.equal(back.code, 0, back.errors)
  const rows = (finished: Finished) => finished.output.split('\n').filter((line) => /^account|^api_key/.test(line))
  assert.deepEqual(rows(back), rows(there))
  assert.equal(
    readFileSync(join(folder, 'back', 'skein.db.key'), 'utf8'),
    readFileSync(join(folder, 'data', 'skein.db.key'), 'utf8'),
  )
  const onSqlite = await Skein.start(folder, { SKEIN_DATABASE: 'sqlite:back/skein.db' })
  assert.equal((await onSqlite.ask('GET', '/skein/v1/Keys', undefined, { as: account })).status, 200)
  await onSqlite.stop()
  await drop()
})
