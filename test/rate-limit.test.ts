import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSkein, Skein, temporaryFolder } from './skein.ts'

test('refuses requests above the rate with 429, and they have no effect', async () => {
  const folder = temporaryFolder()
  const server = await Skein.start(folder, { SKEIN_REQUESTS_PER_SECOND: '2' })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => server.ask('POST', '/skein/v1/Keys', { name: `key ${at}` })),
  )
  const made = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(made.length + refused.length, answers.length)
  assert.ok(made.length >= 2 && refused.length > 0, `${made.length} made, ${refused.length} refused`)
  for (const { body, headers } of refused) {
    assert.equal(body.code, 20429)
    assert.equal(body.status, 429)
    assert.match(body.message, /2 requests a second/)
    assert.ok(Number(headers.get('retry-after')) >= 1)
    assert.match(headers.get('twilio-request-id') ?? '', /^RQ/)
  }
  await server.stop()
  const { output } = await runSkein(folder, ['keys', 'list'])
  assert.equal(output.match(/^SK/gm)?.length, made.length + 1)
})

test('counts each account by itself and leaves watching alone', async () => {
  const folder = temporaryFolder()
  const first = await runSkein(folder, ['accounts', 'create', '--name', 'busy'])
  const second = await runSkein(folder, ['accounts', 'create', '--name', 'calm'])
  const credentials = (output: string) => ({
    user: /TWILIO_ACCOUNT_SID=(.*)/.exec(output)?.[1] ?? '',
    password: /TWILIO_AUTH_TOKEN=(.*)/.exec(output)?.[1] ?? '',
  })
  const server = await Skein.start(folder, { SKEIN_REQUESTS_PER_SECOND: '1' })
  const ask = (output: string) => server.ask('GET', '/skein/v1/Keys', undefined, { as: credentials(output) })
  const busy = await Promise.all(Array.from({ length: 20 }, () => ask(first.output)))
  assert.ok(busy.some(({ status }) => status === 429))
  assert.equal((await ask(second.output)).status, 200)
  for (let count = 0; count < 5; count += 1) assert.equal((await server.ask('GET', '/readyz')).status, 200)
  await server.stop()
})
