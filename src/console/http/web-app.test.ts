import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fastify } from 'fastify'
import { webAppRoutes } from './web-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-console-'))
const app = fastify({ routerOptions: { ignoreTrailingSlash: true } })

before(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><script nonce="__SKEIN_NONCE__" src="/console/assets/a-1.js">',
  )
  writeFileSync(join(folder, 'assets', 'a-1.js'), 'plain')
  writeFileSync(join(folder, 'assets', 'a-1.js.br'), 'compressed')
  await webAppRoutes(app, folder)
})
after(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

describe('the console', () => {
  it('is one page under every address of a view, never taken from a cache unasked', async () => {
    for (const url of [
      '/console',
      '/console/',
      '/console/conversations',
      '/console/conversations/conv_conversation_1',
    ]) {
      const { statusCode, headers, body } = await app.inject(url)
      assert.deepEqual([statusCode, headers['content-type']], [200, 'text/html; charset=utf-8'], url)
      assert.equal(headers['cache-control'], 'no-cache')
      assert.match(body, /^<!doctype html>/)
    }
  })

  it('runs nothing but its own files, and every answer has a nonce of its own', async () => {
    const answers = [await app.inject('/console'), await app.inject('/console')]
    const nonces = answers.map(({ body, headers }) => {
      const nonce = /nonce="([^"]+)"/.exec(body)?.[1] ?? ''
      const policy = String(headers['content-security-policy'])
      assert.ok(policy.includes(`style-src 'self' 'nonce-${nonce}'`), policy)
      assert.match(policy, /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/)
      assert.doesNotMatch(policy, /unsafe|\*|https?:/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      return nonce
    })
    assert.notEqual(nonces[0], nonces[1])
  })

  it('has files that may be kept for ever, compressed for whoever takes that', async () => {
    const plain = await app.inject('/console/assets/a-1.js')
    assert.deepEqual([plain.statusCode, plain.body], [200, 'plain'])
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    const small = await app.inject({ url: '/console/assets/a-1.js', headers: { 'accept-encoding': 'gzip, br' } })
    assert.deepEqual([small.headers['content-encoding'], small.body], ['br', 'compressed'])
  })

  it('answers no page in place of a file that is not there, nor a file from outside', async () => {
    assert.equal((await app.inject('/console/assets/gone.js')).statusCode, 404)
    const outside = await app.inject('/console/assets/%2e%2e/index.html')
    assert.ok(outside.statusCode >= 400 || !outside.body.includes('__SKEIN_NONCE__'), outside.body)
  })

  it('is where a browser that names no page is led to', async () => {
    const { statusCode, headers } = await app.inject('/')
    assert.deepEqual([statusCode, headers.location], [302, '/console'])
  })
})

it('the console says how to build it where it has not been built', async () => {
  const bare = fastify()
  await webAppRoutes(bare, join(folder, 'nowhere'))
  const { statusCode, body } = await bare.inject('/console')
  assert.equal(statusCode, 404)
  assert.match(body, /npm run build --workspace web/)
})
