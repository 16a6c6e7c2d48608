import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Answer, basic, runSkein, Skein, temporaryFolder } from './skein.ts'

const accountSid = `AC${'0a'.repeat(16)}`
const authToken = 'a-token-nobody-may-see'
const keySid = `SK${'0b'.repeat(16)}`
const keySecret = 'a-secret-nobody-may-see'
const given = {
  SKEIN_ACCOUNT_SID: accountSid,
  SKEIN_AUTH_TOKEN: authToken,
  SKEIN_API_KEY: keySid,
  SKEIN_API_SECRET: keySecret,
}
const account = { user: accountSid, password: authToken }
const key = { user: keySid, password: keySecret }

const folder = temporaryFolder()
let server: Skein
const secrets = [authToken, keySecret]

before(async () => {
  server = await Skein.start(folder, { ...given, SKEIN_LOG: 'trace', SKEIN_BODY_LIMIT_BYTES: '2048' })
})

function assertRefusal(answer: Answer, status: number, code: number): void {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers.get('twilio-request-id') ?? '', /^RQ[0-9a-f]{32}$/)
  const { message, more_info, ...rest } = answer.body
  const params = rest.params
  assert.deepEqual(rest, { code, status, httpStatusCode: status, userError: status < 500, params })
  assert.ok(message.length > 10, message)
  assert.ok(more_info.endsWith(String(code)), more_info)
}

describe('credentials', () => {
  for (const [form, credentials] of [
    ['account SID and auth token', account],
    ['API key SID and secret', key],
  ] as const) {
    test(`are ${form}`, async () => {
      assert.equal((await server.ask('GET', '/skein/v1/Keys', undefined, { as: credentials })).status, 200)
    })
  }

  const refused: [name: string, authorization: string | undefined, message: RegExp][] = [
    ['none', undefined, /HTTP Basic/],
    ['a bearer token', `Bearer ${authToken}`, /HTTP Basic/],
    ['no base64', 'Basic !!!', /HTTP Basic/],
    ['no colon', `Basic ${Buffer.from(accountSid).toString('base64')}`, /colon/],
    ['a wrong token', basic({ ...account, password: 'wrong' }), /Account SID and auth token/],
    ['a wrong secret', basic({ ...key, password: 'wrong' }), /API key SID and secret/],
    ['an empty secret', basic({ ...key, password: '' }), /API key SID and secret/],
    ['the secret of the key for the account', basic({ ...account, password: keySecret }), /Account SID/],
    ['an account that is not there', basic({ user: `AC${'1'.repeat(32)}`, password: authToken }), /Account SID/],
    ['a name that is no SID', basic({ user: 'admin', password: authToken }), /must be an account SID/],
  ]
  for (const [name, authorization, message] of refused) {
    test(`are refused when they are ${name}`, async () => {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await server.ask('GET', '/skein/v1/Keys', undefined, { as: null, headers })
      assertRefusal(answer, 401, 20003)
      assert.match(answer.body.message, message)
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm="Skein"/)
    })
  }

  test('of a revoked key are refused from the answer on', async () => {
    const { body } = await server.ask('POST', '/skein/v1/Keys', { name: 'short-lived' }, { as: account })
    const created = { user: body.sid, password: body.secret }
    secrets.push(body.secret)
    assert.equal((await server.ask('GET', '/skein/v1/Keys', undefined, { as: created })).status, 200)
    const revoked = await server.ask('DELETE', `/skein/v1/Keys/${body.sid}`, undefined, { as: created })
    assert.equal(revoked.status, 204)
    assert.equal(revoked.text, '')
    assertRefusal(await server.ask('GET', '/skein/v1/Keys', undefined, { as: created }), 401, 20003)
    assertRefusal(await server.ask('DELETE', `/skein/v1/Keys/${body.sid}`, undefined, { as: account }), 404, 20404)
    const { body: list } = await server.ask('GET', '/skein/v1/Keys', undefined, { as: account })
    assert.deepEqual(
      list.keys.map(({ sid }: { sid: string }) => sid),
      [keySid],
    )
  })
})

describe('a request', () => {
  test('to an unknown route is 404 and names it, with or without credentials', async () => {
    for (const as of [account, null]) {
      const answer = await server.ask('GET', '/v9/Nothing?a=b', undefined, { as })
      assertRefusal(answer, 404, 20404)
      assert.match(answer.body.message, /GET \/v9\/Nothing\./)
    }
  })

  test('by a method that a route does not have is 404', async () => {
    assertRefusal(await server.ask('PUT', '/skein/v1/Keys', {}, { as: account }), 404, 20404)
  })

  test('with a larger body than allowed is 413', async () => {
    const answer = await server.ask('POST', '/skein/v1/Keys', { name: 'x'.repeat(3000) }, { as: account })
    assertRefusal(answer, 413, 20001)
  })

  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
    test(`with a body of ${type} is 415`, async () => {
      const headers = { 'content-type': type }
      const answer = await server.ask('POST', '/skein/v1/Keys', 'name=x', { as: account, headers })
      assertRefusal(answer, 415, 20422)
      assert.match(answer.body.message, /application\/json/)
    })
  }

  const badBodies: [name: string, body: string | Uint8Array, field: string, message: RegExp][] = [
    ['cut off', '{"name":', 'body', /not valid JSON/],
    ['no JSON', 'name=x', 'body', /not valid JSON/],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'body', /not valid UTF-8/],
    ['NUL in a text', '{"name":"a\\u0000b"}', 'name', /NUL/],
    ['__proto__', '{"__proto__":{"name":"x"}}', 'body', /__proto__/],
    ['a wrong type', '{"name":1}', 'name', /must be string/],
    ['an array', '[]', 'body', /must be object/],
    ['null', 'null', 'body', /must be object/],
  ]
  for (const [name, body, field, message] of badBodies) {
    test(`with a body that is or has ${name} is 400 and names ${field}`, async () => {
      const answer = await server.ask('POST', '/skein/v1/Keys', body, { as: account })
      assertRefusal(answer, 400, 20001)
      assert.equal(answer.body.params.field, field)
      assert.match(answer.body.message, message)
    })
  }

  for (const path of ['/skein/v1/Keys/%zz', '/skein/v1/Keys/%00', '/skein/v1/Keys?a=%00']) {
    test(`to ${path} is 400`, async () => {
      assertRefusal(await server.ask('DELETE', path, undefined, { as: account }), 400, 20001)
    })
  }

  test('with an overlong id is 414', async () => {
    const answer = await server.ask('DELETE', `/skein/v1/Keys/${'x'.repeat(700)}`, undefined, { as: account })
    assertRefusal(answer, 414, 20001)
  })

  test('gets an id of its own, whatever id it brings', async () => {
    const ids = new Set<string | null>()
    for (const path of ['/healthz', '/skein/v1/Keys', '/nothing', '/readyz']) {
      const headers = { 'x-request-id': 'mine', 'twilio-request-id': 'mine', 'request-id': 'mine' }
      const answer = await server.ask('GET', path, undefined, { as: account, headers })
      assert.match(answer.headers.get('twilio-request-id') ?? '', /^RQ[0-9a-f]{32}$/)
      ids.add(answer.headers.get('twilio-request-id'))
    }
    assert.equal(ids.size, 4)
  })

  test('is not limited in its rate unless that was set', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => server.ask('GET', '/skein/v1/Keys', undefined, { as: account })),
    )
    assert.ok(answers.every(({ status }) => status === 200))
  })
})

test('what others forward is ignored unless they were declared', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' }
  const body = { displayName: 'forwarded', description: 'Skein' }
  const answer = await server.ask('POST', '/v1/ControlPlane/Stores', body, { as: account, headers })
  assert.equal(answer.status, 202, answer.text)
  assert.ok(answer.body.statusUrl.startsWith(`${server.url}/`), answer.body.statusUrl)
})

test('a second start keeps credentials and data, accounts stay apart, and no secret was ever logged', async () => {
  const store = await server.ask(
    'POST',
    '/v1/ControlPlane/Stores',
    { displayName: 'mine', description: 'Skein' },
    { as: key },
  )
  assert.equal(store.status, 202, store.text)
  assert.equal(await server.stop(), 0)
  const first = server.output

  const made = await runSkein(folder, ['accounts', 'create', '--name', 'stranger'])
  assert.equal(made.code, 0, made.errors)
  const exported = (name: string) => new RegExp(`^export ${name}=(.*)$`, 'm').exec(made.output)?.[1] ?? ''
  const stranger = { user: exported('TWILIO_ACCOUNT_SID'), password: exported('TWILIO_AUTH_TOKEN') }
  secrets.push(stranger.password, exported('TWILIO_API_SECRET'))

  server = await Skein.start(folder, { SKEIN_LOG: 'trace' })
  assert.doesNotMatch(server.output, /first start/)
  const path = new URL(store.body.statusUrl).pathname
  assert.equal((await server.ask('GET', path, undefined, { as: key })).status, 200)
  assertRefusal(await server.ask('GET', path, undefined, { as: stranger }), 404, 20404)
  assertRefusal(await server.ask('DELETE', `/skein/v1/Keys/${keySid}`, undefined, { as: stranger }), 404, 20404)
  const own = await server.ask('GET', '/v1/ControlPlane/Stores', undefined, { as: account })
  assert.equal(own.body.stores.length, 2)
  const others = await server.ask('GET', '/v1/ControlPlane/Stores', undefined, { as: stranger })
  assert.deepEqual(others.body.stores, [])
  assertRefusal(
    await server.ask('GET', '/skein/v1/Keys', undefined, { as: { ...stranger, user: accountSid } }),
    401,
    20003,
  )
  await server.stop()

  for (const output of [first, server.output]) {
    assert.match(output, /"level":/)
    for (const secret of secrets) {
      assert.ok(!output.includes(secret), 'a secret was logged')
      assert.ok(!output.includes(Buffer.from(secret).toString('base64').slice(0, -4)), 'a secret was logged in base64')
    }
  }
})
