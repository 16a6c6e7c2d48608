import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import twilio from 'twilio'
import {
  isWebhookSecret,
  signStandard,
  signTwilio,
  type Verification,
  type VerificationFault,
  verifyStandard,
  verifyTwilio,
  withBodyHash,
} from './signature.ts'

const authToken = '0123456789abcdef0123456789abcdef'
const secret = `whsec_${Buffer.from('a secret of the Quill bookshop').toString('base64')}`
const otherSecret = `whsec_${Buffer.from('another secret of the Quill bookshop').toString('base64')}`
const body = '{"eventType":"CONVERSATION_CREATED"}'
const bodyHash = '6c8106eb7339935659a6c6c6d6e25c4d9a8ae42e755bff4ab0946cb8edff70f6'
const jsonUrl = `https://callback.example.com/hook?bodySHA256=${bodyHash}`
const jsonSignature = '9U3DdYG2hlJmXSN/Uu1cJZmdNEE='
const formUrl = 'https://callback.example.com/sms'
const params = { Body: 'hi', From: '+15551234567', To: '+15550001111' }
const formSignature = 'utv0WFFdhQ8KVSO4dzdc5yovHbY='

test('signs the URL with the hash of a JSON body', () => {
  assert.equal(withBodyHash('https://callback.example.com/hook', body), jsonUrl)
  assert.equal(signTwilio({ url: jsonUrl, authToken }), jsonSignature)
})

test('signs the URL followed by the parameters of a form in order of their names', () => {
  assert.equal(signTwilio({ url: formUrl, authToken, params }), formSignature)
})

test('signs several values of a parameter in order and each once, as the official client does', () => {
  const several = { b: ['2', '1', '2'], a: 'x' }
  const signature = signTwilio({ url: formUrl, authToken, params: several })
  assert.equal(twilio.validateRequest(authToken, signature, formUrl, several), true)
})

// As the vendor publishes them, in its guide to secure webhooks and in the tests of its libraries.
const publishedUrl = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const publishedHash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const publishedForms = [
  [publishedUrl, '+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  [publishedUrl, '+14158675310', 'GvWf1cFY/Q7PnoempGyD5oXAezc='],
  [publishedUrl, '+12349013030', '0/KCTR6DLpKmkAf8muzZqo1nDgQ='],
  ['https://example.com/myapp.php?foo=1&bar=2', '+14158675310', 'L/OH5YylLD5NRKLltdqwSvS0BnU='],
] as const

for (const [url, caller, published] of publishedForms) {
  test(`verifies the published form with the signature ${published}`, () => {
    const form = { CallSid: 'CA1234567890ABCDE', Caller: caller, Digits: '1234', From: caller, To: '+18005551212' }
    const request = { url, signature: published, authToken: '12345', params: form }
    assert.deepEqual(verifyTwilio(request), { valid: true })
    assert.equal(wordOf(verifyTwilio({ ...request, params: { ...form, Digits: '1235' } })), 'mismatch')
  })
}

test('verifies the published JSON body by its hash', () => {
  const json = '{"property": "value", "boolean": true}'
  const url = `${publishedUrl}&bodySHA256=${publishedHash}`
  assert.equal(withBodyHash(publishedUrl, json), url)
  const request = { url, signature: 'a9nBmqA0ju/hNViExpshrM61xv4=', authToken: '12345', body: json }
  assert.deepEqual(verifyTwilio(request), { valid: true })
  assert.equal(wordOf(verifyTwilio({ ...request, body: `${json}\n` })), 'body_changed')
})

test('adds the hash of the body behind a query without touching it', () => {
  for (const [url, expected] of [
    ['https://a.example.test/', `https://a.example.test/?bodySHA256=${bodyHash}`],
    ['https://a.example.test/?', `https://a.example.test/?bodySHA256=${bodyHash}`],
    ['https://a.example.test/?q=%7e~+%20', `https://a.example.test/?q=%7e~+%20&bodySHA256=${bodyHash}`],
    ['https://a.example.test/?q&', `https://a.example.test/?q&bodySHA256=${bodyHash}`],
  ] as const) {
    assert.equal(withBodyHash(url, body), expected)
  }
})

const twilioRequest = { url: jsonUrl, signature: jsonSignature, authToken, body }

const twilioVerdicts: [string, Partial<Parameters<typeof verifyTwilio>[0]>, VerificationFault | 'valid'][] = [
  ['as it was sent', {}, 'valid'],
  ['with the body as bytes', { body: Buffer.from(body) }, 'valid'],
  ['with the default port in the URL', { url: jsonUrl.replace('.com/', '.com:443/') }, 'valid'],
  ['with the host in capitals', { url: jsonUrl.replace('callback.example.com', 'CALLBACK.example.com') }, 'valid'],
  ['without the header', { signature: undefined }, 'missing_header'],
  ['with an empty header', { signature: '' }, 'missing_header'],
  ['with a header that is no signature', { signature: 'v1,abc' }, 'malformed'],
  ['with another auth token', { authToken: authToken.replace('0', '1') }, 'mismatch'],
  ['at another path', { url: jsonUrl.replace('/hook', '/hooks') }, 'mismatch'],
  ['at another port', { url: jsonUrl.replace('.com/', '.com:8443/') }, 'mismatch'],
  ['at what is no URL', { url: 'hook' }, 'mismatch'],
  ['with another body', { body: `${body} ` }, 'body_changed'],
  ['without the body', { body: '' }, 'body_changed'],
  ['as a form that it is not', { params: { a: 'b' } }, 'mismatch'],
]

for (const [name, change, expected] of twilioVerdicts) {
  test(`finds a request ${name} ${expected.replaceAll('_', ' ')}`, () => {
    assert.equal(wordOf(verifyTwilio({ ...twilioRequest, ...change })), expected)
  })
}

test('verifies forms by their parameters, whatever the body says', () => {
  const form = { url: formUrl, signature: formSignature, authToken }
  assert.deepEqual(verifyTwilio({ ...form, params, body: 'Body=hi' }), { valid: true })
  assert.equal(wordOf(verifyTwilio({ ...form, params: { ...params, Body: 'ho' } })), 'mismatch')
})

test('verifies a request without body by its URL, and says when nothing vouches for a body', () => {
  const signature = signTwilio({ url: formUrl, authToken })
  assert.deepEqual(verifyTwilio({ url: formUrl, signature, authToken }), { valid: true })
  assert.equal(wordOf(verifyTwilio({ url: formUrl, signature, authToken, body })), 'missing_body_hash')
})

test('tells that a signature was made for the other scheme', () => {
  const verdict = verifyTwilio({ ...twilioRequest, url: jsonUrl.replace('https', 'http') })
  assert.equal(wordOf(verdict), 'mismatch')
  assert.match('detail' in verdict ? verdict.detail : '', /signed for https:\/\/callback\.example\.com/)
})

const nowMs = 1_772_000_000_000
const id = 'evt-1'
const timestamp = '1772000000'
const signature = signStandard({ id, timestampSeconds: Number(timestamp), body, secrets: [secret] })
const standardRequest = { id, timestamp, signature, body, secrets: [secret], nowMs }

const standardVerdicts: [string, Partial<Parameters<typeof verifyStandard>[0]>, VerificationFault | 'valid'][] = [
  ['as it was sent', {}, 'valid'],
  ['with the body as bytes', { body: Buffer.from(body) }, 'valid'],
  ['with the secret second of two', { secrets: [otherSecret, secret] }, 'valid'],
  ['with a signature of another version beside it', { signature: `v1a,xyz ${signature}` }, 'valid'],
  ['five minutes later', { nowMs: nowMs + 300_000 }, 'valid'],
  ['five minutes early', { nowMs: nowMs - 300_000 }, 'valid'],
  ['without id', { id: undefined }, 'missing_header'],
  ['without timestamp', { timestamp: undefined }, 'missing_header'],
  ['without signature', { signature: undefined }, 'missing_header'],
  ['with a timestamp that is no number', { timestamp: '2026-03-02T11:01:00Z' }, 'malformed'],
  ['with a signature without version', { signature: signature.replace('v1,', '') }, 'malformed'],
  ['with another secret', { secrets: [otherSecret] }, 'mismatch'],
  ['with another body', { body: `${body} ` }, 'mismatch'],
  ['with another id', { id: 'evt-2' }, 'mismatch'],
  ['with another timestamp', { timestamp: '1772000001' }, 'mismatch'],
  ['with more than five minutes gone', { nowMs: nowMs + 301_000 }, 'timestamp_too_old'],
  ['from the future', { nowMs: nowMs - 301_000 }, 'timestamp_too_new'],
  ['a minute late where a minute is too late', { nowMs: nowMs + 60_000, toleranceSeconds: 59 }, 'timestamp_too_old'],
]

for (const [name, change, expected] of standardVerdicts) {
  test(`finds a Standard Webhooks request ${name} ${expected.replaceAll('_', ' ')}`, () => {
    assert.equal(wordOf(verifyStandard({ ...standardRequest, ...change })), expected)
  })
}

test('names every header that is missing', () => {
  const verdict = verifyStandard({ ...standardRequest, id: undefined, signature: undefined })
  assert.match('detail' in verdict ? verdict.detail : '', /no webhook-id, no webhook-signature/)
})

test('signs with every secret, so that receivers may have either', () => {
  const seconds = Math.floor(Date.now() / 1000)
  const value = signStandard({ id, timestampSeconds: seconds, body, secrets: [secret, otherSecret] })
  assert.equal(value.split(' ').length, 2)
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': value }
  for (const one of [secret, otherSecret]) assert.deepEqual(new Webhook(one).verify(body, headers), JSON.parse(body))
})

test('knows a webhook secret when it sees one', () => {
  for (const text of [secret, secret.replace('whsec_', ''), 'whsec_AAAA'])
    assert.equal(isWebhookSecret(text), true, text)
  for (const text of ['', 'whsec_', 'whsec_!!!!', 'a b']) assert.equal(isWebhookSecret(text), false, text)
  assert.throws(() => signStandard({ id, timestampSeconds: 0, body, secrets: ['whsec_'] }), /whsec_ and Base64/)
})

function wordOf(verdict: Verification): VerificationFault | 'valid' {
  return verdict.valid ? 'valid' : verdict.fault
}
