import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { basic, Skein, temporaryFolder } from './skein.ts'

const store = (displayName: string) => ({ displayName, description: 'What a customer told us' })
const forwarded = { 'x-forwarded-host': 'skein.example.com', 'x-forwarded-proto': 'https' }

async function addressesFrom(server: Skein, displayName: string, headers: Record<string, string>) {
  const answer = await server.ask('POST', '/v1/ControlPlane/Stores', store(displayName), { headers })
  assert.equal(answer.status, 202, answer.text)
  assert.equal(answer.headers.get('location'), answer.body.statusUrl)
  return new URL(answer.body.statusUrl).origin
}

describe('the address in statusUrl and Location', () => {
  test('is what a declared proxy forwards', async () => {
    const server = await Skein.start(temporaryFolder(), { SKEIN_TRUSTED_PROXIES: '127.0.0.0/8, ::1' })
    assert.equal(await addressesFrom(server, 'proxied', forwarded), 'https://skein.example.com')
    assert.equal(await addressesFrom(server, 'direct', {}), server.url)
    await server.stop()
  })

  test('is not what anybody else forwards', async () => {
    const server = await Skein.start(temporaryFolder(), { SKEIN_TRUSTED_PROXIES: '192.0.2.1' })
    assert.equal(await addressesFrom(server, 'undeclared', forwarded), server.url)
    await server.stop()
  })

  test('is the public URL, unless a declared proxy says otherwise', async () => {
    const server = await Skein.start(temporaryFolder(), {
      SKEIN_PUBLIC_URL: 'https://public.example.com/',
      SKEIN_TRUSTED_PROXIES: '127.0.0.1',
    })
    assert.equal(await addressesFrom(server, 'public', {}), 'https://public.example.com')
    assert.equal(await addressesFrom(server, 'proxied', forwarded), 'https://skein.example.com')
    await server.stop()
  })
})

describe('with a certificate', () => {
  const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)
  const tls = { SKEIN_TLS_CERT: fixture('tls-cert.pem'), SKEIN_TLS_KEY: fixture('tls-key.pem') }
  const ca = readFileSync(tls.SKEIN_TLS_CERT)

  async function post(
    server: Skein,
    host: string,
    body: object,
  ): Promise<{ status: number | undefined; body: string }> {
    const sending = request({
      host: '127.0.0.1',
      port: new URL(server.url).port,
      servername: host,
      path: '/v1/ControlPlane/Stores',
      method: 'POST',
      ca,
      headers: { host, authorization: basic(server.account), 'content-type': 'application/json' },
    })
    sending.end(JSON.stringify(body))
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    const chunks = await response.toArray()
    return { status: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }
  }

  test('it serves HTTPS, also under the host names that clients fix', async () => {
    const server = await Skein.start(temporaryFolder(), tls)
    assert.match(server.url, /^https:\/\//)
    for (const host of ['memory.twilio.com', 'conversations.twilio.com']) {
      const { status, body } = await post(server, host, store(host.replaceAll('.', '-')))
      assert.equal(status, 202, body)
      assert.equal(new URL(JSON.parse(body).statusUrl).origin, `https://${host}`)
    }
    await assert.rejects(fetch(server.url.replace('https', 'http')), 'and nothing else')
    assert.equal(await server.stop(), 0)
  })

  test('that can not be read it does not start', async () => {
    const wrong = { ...tls, SKEIN_TLS_KEY: fixture('README.md') }
    await assert.rejects(Skein.start(temporaryFolder(), wrong), /TLS/)
  })
})
