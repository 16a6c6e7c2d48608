import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fastify } from 'fastify'
import { consoleRoutes } from './routes.ts'

const app = fastify()
consoleRoutes(app)
const documented = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8')
const codes = [...documented.matchAll(/^### (\d+)$/gm)].map(([, code]) => code as string)

describe('the pages about errors', () => {
  it('are there for every code that is documented, and the index links to each', async () => {
    const index = await app.inject('/console/errors')
    assert.equal(index.statusCode, 200)
    for (const code of codes) {
      assert.ok(index.body.includes(`<a href="/console/errors/${code}">${code}</a>`), code)
      const { statusCode, body } = await app.inject(`/console/errors/${code}`)
      assert.equal(statusCode, 200, code)
      assert.match(body, new RegExp(`<h1>Error ${code}</h1>`))
    }
    assert.doesNotMatch(index.body, /<dd><\/dd>/, 'each has a sentence')
  })

  it('say what is in the documentation', async () => {
    const { body } = await app.inject('/console/errors/530920')
    assert.match(body, /<p>Webhooks<\/p>\s*<p>A webhook got no 2xx in all its attempts and was given up\./)
  })

  it('are HTML in which nothing can run, whose one style is allowed by its hash', async () => {
    for (const path of ['/console/errors', '/console/errors/20404', '/console/errors/1']) {
      const { headers, body } = await app.inject(path)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? ''
      const policy = String(headers['content-security-policy'])
      assert.ok(policy.startsWith("default-src 'none'; "), policy)
      assert.ok(policy.includes(`style-src 'sha256-${hash('sha256', style, 'base64')}'`), policy)
      assert.doesNotMatch(body, /<script|<link|<img|\sstyle=|\son\w+=/i)
    }
  })

  it('can be read with whatever reads pages: a language, a title, a main part and one heading of the first level', async () => {
    const { body } = await app.inject('/console/errors/20404')
    assert.match(body, /^<!doctype html>\n<html lang="en">/)
    assert.match(body, /<title>Error 20404 · Skein<\/title>/)
    assert.match(body, /<main>[\s\S]*<\/main>/)
    assert.equal(body.match(/<h1>/g)?.length, 1)
  })

  it('help on with a code that is not known, and repeat nothing as markup', async () => {
    const unknown = await app.inject('/console/errors/64102x')
    assert.equal(unknown.statusCode, 404)
    assert.match(unknown.body, /<a href="\/console\/errors">All error codes<\/a>/)
    const vendors = await app.inject('/console/errors/11200')
    assert.equal(vendors.statusCode, 404)
    assert.match(vendors.body, /https:\/\/www\.twilio\.com\/docs\/errors\/11200/)
    const hostile = await app.inject(`/console/errors/${encodeURIComponent('<script>alert(1)</script>')}`)
    assert.equal(hostile.statusCode, 404)
    assert.match(hostile.body, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
    assert.doesNotMatch(hostile.body, /<script/)
  })
})
