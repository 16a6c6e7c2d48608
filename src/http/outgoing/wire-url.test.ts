import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseWireUrl, withQuery } from './wire-url.ts'

const hrefs: [string, string][] = [
  ['https://quill.example.test', 'https://quill.example.test/'],
  ['HTTPS://Quill.Example.TEST:443/A', 'https://quill.example.test/A'],
  ['https://quill.example.test:8443?x', 'https://quill.example.test:8443/?x'],
  ['https://bücher.example.test/ü', 'https://xn--bcher-kva.example.test/%C3%BC'],
  ['https://user:secret@quill.example.test/', 'https://quill.example.test/'],
  ["https://a.example.test/x?q='a'&r=%7e+%20\"#rc=3", "https://a.example.test/x?q='a'&r=%7e+%20\""],
  ['https://a.example.test/x?q=ü b', 'https://a.example.test/x?q=%C3%BC%20b'],
  ['https://a.example.test/x?q=\ud800', 'https://a.example.test/x?q=%EF%BF%BD'],
  [' https://a.example.test/x?q\n=1\t ', 'https://a.example.test/x?q=1'],
  ['https://a.example.test/x?q #f', 'https://a.example.test/x?q%20'],
  ['https://a.example.test/x#f?q', 'https://a.example.test/x'],
  ['https://a.example.test/x/../y', 'https://a.example.test/y'],
  ['https://[2606:4700:0::1111]/', 'https://[2606:4700::1111]/'],
]

for (const [text, href] of hrefs) {
  test(`reads ${JSON.stringify(text)} as ${href}`, () => {
    const url = parseWireUrl(text)
    assert.equal(url?.href, href)
    assert.equal(url.origin + url.path, href)
    assert.equal(parseWireUrl(href)?.href, href)
  })
}

test('tells host and port apart', () => {
  const parts = (text: string) => {
    const { protocol, hostname, port } = parseWireUrl(text) ?? {}
    return [protocol, hostname, port]
  }
  assert.deepEqual(parts('http://a.example.test/'), ['http:', 'a.example.test', 80])
  assert.deepEqual(parts('wss://a.example.test/'), ['wss:', 'a.example.test', 443])
  assert.deepEqual(parts('https://[::1]:8443/'), ['https:', '::1', 8443])
})

test('takes nothing else for a URL', () => {
  for (const text of ['', 'hook', '/hook', 'ftp://a.example.test/', 'file:///etc/passwd', 'https://', 'https://a b/']) {
    assert.equal(parseWireUrl(text), undefined, text)
  }
})

test('adds to a query without touching it', () => {
  assert.equal(withQuery('https://a.example.test/', 'b=1'), 'https://a.example.test/?b=1')
  assert.equal(withQuery('https://a.example.test/?', 'b=1'), 'https://a.example.test/?b=1')
  assert.equal(withQuery('https://a.example.test/??', 'b=1'), 'https://a.example.test/??&b=1')
  assert.equal(withQuery('https://a.example.test/?a&', 'b=1'), 'https://a.example.test/?a&b=1')
  assert.equal(withQuery('https://a.example.test/?a', 'b=1'), 'https://a.example.test/?a&b=1')
})

test('reads a URL alike whatever it has read before, and as every parser does in front of the query', () => {
  const urls = fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true, withFragments: true })
  fc.assert(
    fc.property(urls, fc.webQueryParameters(), (text, query) => {
      const { origin, pathname } = new URL(text)
      const [first, second] = [parseWireUrl(text), parseWireUrl(text)]
      assert.deepEqual(first, second)
      assert.equal(first?.origin, origin)
      assert.equal(first?.path.split('?', 1)[0], pathname)
      assert.equal(parseWireUrl(`${origin}${pathname}?${query}`)?.href, `${origin}${pathname}?${query}`)
      assert.equal(parseWireUrl(`  ${text}`)?.href, first?.href)
    }),
  )
})

test('tells whether a user was written', () => {
  assert.equal(parseWireUrl('https://a.example.test/?x@y')?.hasUserInfo, false)
  assert.equal(parseWireUrl('https://user@a.example.test/')?.hasUserInfo, true)
  assert.equal(parseWireUrl('https://:secret@a.example.test/?x')?.hasUserInfo, true)
})
