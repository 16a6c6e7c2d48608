import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCapturedRequest } from './captured-request.ts'

const read = (text: string) => parseCapturedRequest(Buffer.from(text))

test('reads a request as it stands on the wire', () => {
  const { urls, headers, body } = read(
    'POST /hook?a=b HTTP/1.1\r\nHost: quill.example.test\r\nWebhook-Id: 1\r\n\r\nfirst\r\n\r\nsecond',
  )
  assert.deepEqual(urls, ['https://quill.example.test/hook?a=b', 'http://quill.example.test/hook?a=b'])
  assert.deepEqual(headers, { host: 'quill.example.test', 'webhook-id': '1' })
  assert.equal(body.toString(), 'first\r\n\r\nsecond')
})

test('reads what an editor made of it, and stops where the length says', () => {
  const { body } = read('POST / HTTP/1.1\nhost: quill.example.test\ncontent-length: 5\n\nTäg!\n')
  assert.equal(body.toString(), 'Täg!')
})

test('reads a request without body', () => {
  assert.equal(read('GET /hook HTTP/1.1\r\nHost: a\r\n\r\n').body.length, 0)
  assert.equal(read('GET /hook HTTP/1.1\r\nHost: a').body.length, 0)
})

test('takes the URL from what a proxy forwards, or from the request line', () => {
  const forwarded = 'POST /x HTTP/1.1\nHost: inner\nX-Forwarded-Host: outer.example.test\nX-Forwarded-Proto: https\n\n'
  assert.deepEqual(read(forwarded).urls, ['https://outer.example.test/x'])
  assert.deepEqual(read('POST https://a.example.test/x HTTP/1.1\n\n').urls, ['https://a.example.test/x'])
  assert.deepEqual(read('POST /x HTTP/1.1\n\n').urls, [])
})

test('refuses what is no request', () => {
  assert.throws(() => read('{"eventType":"X"}'), /must begin with a line/)
  assert.throws(() => read(''), /must begin with a line/)
  assert.throws(() => read('POST / HTTP/1.1\nno header\n\n'), /not a header: no header/)
})
