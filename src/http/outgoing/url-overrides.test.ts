import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUrlOverrides, type UrlOverrides } from './url-overrides.ts'

const url = 'https://quill.example.test/hook?a=b'

const fragments: [string, UrlOverrides][] = [
  ['', {}],
  ['#', {}],
  ['#section', {}],
  ['#ct=2000&rt=4000&tt=9000&rc=3', { connectMs: 2000, readMs: 4000, totalMs: 9000, retries: 3 }],
  ['#ct=1&rt=1&tt=1&rc=0', { connectMs: 100, readMs: 100, totalMs: 100, retries: 0 }],
  ['#ct=99999&rt=99999&tt=99999&rc=9', { connectMs: 10_000, readMs: 15_000, totalMs: 15_000, retries: 5 }],
  ['#ct=-5&rt=1.5&tt=ten&rc=', {}],
  ['#rp=5xx,ct', { retryOn: ['5xx', 'ct'] }],
  ['#rp=ct%2Crt', { retryOn: ['ct', 'rt'] }],
  ['#rp=4xx,%20RT,unheard', { retryOn: ['4xx', 'rt'] }],
  ['#rp=all', { retryOn: ['4xx', '5xx', 'ct', 'rt'] }],
  ['#rp=never', {}],
  ['#e=ashburn,dublin&sni=y&rc=2', { retries: 2 }],
  ['#rc=2&rc=3', { retries: 2 }],
]

for (const [fragment, overrides] of fragments) {
  test(`reads ${fragment || 'no fragment'} and leaves it out of the URL`, () => {
    assert.deepEqual(parseUrlOverrides(url + fragment), { url, overrides })
  })
}

test('leaves the query as it was written', () => {
  const odd = "https://quill.example.test/hook?q='x'&r=%7e"
  assert.equal(parseUrlOverrides(`${odd}#rc=1#rc=2`).url, odd)
})
