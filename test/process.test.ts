import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { basic, runSkein, Skein, temporaryFolder } from './skein.ts'

async function assertRefusal(folder: string, environment: Record<string, string>, code: number, message: RegExp) {
  const { code: actual, output, errors } = await runSkein(folder, ['serve'], { SKEIN_PORT: '0', ...environment })
  assert.match(errors, message)
  assert.equal(errors.trimEnd().split('\n').length, 1, errors)
  assert.equal(output, '')
  assert.equal(actual, code)
}

/** Resolves when a request on a connection of its own was answered: so the server has met those that came before. */
async function hasMet(server: Skein): Promise<void> {
  const [response] = await once(request(`${server.url}/healthz`, { agent: false }).end(), 'response')
  response.resume()
}

// One server, from its first start to its end.
describe('a server', () => {
  const folder = temporaryFolder()
  let server: Skein

  test('prints credentials that work on the first start, and keeps its key where only its owner reads it', async () => {
    server = await Skein.start(folder)
    for (const as of [server.account, server.key]) {
      assert.equal((await server.ask('GET', '/skein/v1/Keys', undefined, { as })).status, 200)
    }
    assert.equal(statSync(join(folder, 'data')).mode & 0o777, 0o700)
    for (const file of ['skein.db', 'skein.db.key']) {
      assert.equal(statSync(join(folder, 'data', file)).mode & 0o777, 0o600, file)
    }
  })

  test('refuses to start on a port in use, and on a database that another process works on', async () => {
    const { port } = new URL(server.url)
    await assertRefusal(temporaryFolder(), { SKEIN_PORT: port }, 1, new RegExp(`Port ${port}.*in use`))
    await assertRefusal(folder, {}, 1, /Another Skein is already working on .*skein\.db/)
  })

  test('on SIGTERM answers a request in flight, and takes no later ones', async () => {
    const body = JSON.stringify({ name: 'made during shutdown' })
    const sending = request(`${server.url}/skein/v1/Keys`, {
      method: 'POST',
      // One that keeps the connection, as clients do; the server must not wait for it.
      agent: new Agent({ keepAlive: true }),
      headers: {
        authorization: basic(server.account),
        'content-type': 'application/json',
        'content-length': body.length,
      },
    })
    const answered = once(sending, 'response')
    sending.write(body.slice(0, 5))
    await hasMet(server)
    const stopped = server.stop()
    await server.printed(/stopping/)
    await assert.rejects(fetch(`${server.url}/healthz`))
    sending.end(body.slice(5))
    const [response] = await answered
    assert.equal(response.statusCode, 201)
    response.resume()
    assert.equal(await stopped, 0)
  })

  test('refuses to start when the secret key is gone, or is another', async () => {
    const key = join(folder, 'data', 'skein.db.key')
    renameSync(key, `${key}.kept`)
    await assertRefusal(folder, {}, 2, /secret key of this database is missing/)
    writeFileSync(key, `${Buffer.alloc(32, 1).toString('base64')}\n`)
    await assertRefusal(folder, {}, 2, /not the one that this database was begun with/)
    renameSync(`${key}.kept`, key)
    assert.equal(await (await Skein.start(folder)).stop(), 0)
  })
})

describe('a server with settings of the operator', () => {
  const secret = 'a-token-of-the-operator'
  let server: Skein

  test('does not print what the operator has set', async () => {
    server = await Skein.start(temporaryFolder(), { SKEIN_AUTH_TOKEN: secret, SKEIN_SHUTDOWN_SECONDS: '0' })
    assert.match(server.output, /export TWILIO_ACCOUNT_SID=AC/)
    assert.ok(!server.output.includes(secret))
    assert.equal(
      (await server.ask('GET', '/skein/v1/Keys', undefined, { as: { ...server.account, password: secret } })).status,
      200,
    )
  })

  test('on SIGTERM cuts off a request that never ends after the time for it, and its exit code says so', async () => {
    const sending = request(`${server.url}/skein/v1/Keys`, {
      method: 'POST',
      headers: {
        authorization: basic({ ...server.account, password: secret }),
        'content-type': 'application/json',
        'content-length': 100,
      },
    })
    const failed = once(sending, 'error')
    sending.write('{')
    await hasMet(server)
    assert.equal(await server.stop(), 1)
    await failed
    assert.match(server.output, /unfinished/)
  })
})

describe('it refuses to start', () => {
  test('with a misspelt variable', async () => {
    await assertRefusal(temporaryFolder(), { SKEIN_PUBLICURL: 'https://example.com' }, 2, /SKEIN_PUBLICURL/)
  })

  test('with a value that can not be used', async () => {
    await assertRefusal(temporaryFolder(), { SKEIN_CLOCK: 'sundial' }, 2, /SKEIN_CLOCK \(--clock\).*system, virtual/)
  })

  test('where its database can not be written', async () => {
    await assertRefusal(
      temporaryFolder(),
      { SKEIN_DATABASE: 'sqlite:/dev/null/data/skein.db' },
      1,
      /can not be written/,
    )
  })

  test('on a PostgreSQL that is not there, without showing its password', async () => {
    const database = 'postgres://skein:hidden@127.0.0.1:1/skein'
    const { code, errors } = await runSkein(temporaryFolder(), ['serve'], { SKEIN_DATABASE: database })
    assert.equal(code, 1)
    assert.equal(errors.trimEnd().split('\n').length, 1, errors)
    assert.ok(!errors.includes('hidden'), errors)
  })

  test('when the key file is damaged', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data', 'skein.db.key'), 'rubbish')
    await assertRefusal(folder, {}, 2, /damaged/)
  })
})
