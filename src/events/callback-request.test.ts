import assert from 'node:assert/strict'
import { parse, stringify } from 'node:querystring'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import twilio from 'twilio'
import { type CallbackRequest, callbackRequest } from './callback-request.ts'
import { verifyStandard, verifyTwilio } from './signature.ts'

const authToken = '0123456789abcdef0123456789abcdef'
const secret = `whsec_${Buffer.from('a secret of the Quill bookshop').toString('base64')}`
const event = { eventType: 'CONVERSATION_CREATED', timestamp: '2026-03-02T11:01:00.000Z', data: '{"id":"c1"}' }
const secrets = { authToken, webhookSecrets: [secret] }
const common = { event, token: 'token-1', requestId: 'RQ1', secrets, now: Date.now() }

test('posts an event as JSON with the hash of its body in the URL', () => {
  const request = callbackRequest({
    ...common,
    target: { url: 'https://quill.example.test/hook?a=b#rc=3', method: 'POST' },
  })
  assert.deepEqual(JSON.parse(request.body ?? ''), {
    eventType: event.eventType,
    timestamp: event.timestamp,
    data: { id: 'c1' },
  })
  assert.match(request.url, /^https:\/\/quill\.example\.test\/hook\?a=b&bodySHA256=[0-9a-f]{64}$/)
  assert.equal(request.method, 'POST')
  const { 'User-Agent': agent, 'X-Twilio-Signature': _, 'webhook-signature': __, ...headers } = request.headers
  assert.match(agent ?? '', /^Skein\/\d/)
  assert.deepEqual(headers, {
    'Content-Type': 'application/json',
    'I-Twilio-Idempotency-Token': 'token-1',
    'Twilio-Request-Id': 'RQ1',
    'webhook-id': 'token-1',
    'webhook-timestamp': String(Math.floor(common.now / 1000)),
  })
})

test('puts an event into the query of a GET, without body and without hash', () => {
  const request = callbackRequest({ ...common, target: { url: 'https://quill.example.test/hook?a=b', method: 'GET' } })
  assert.equal(request.body, undefined)
  assert.equal(request.headers['Content-Type'], undefined)
  assert.deepEqual(Object.fromEntries(new URL(request.url).searchParams), { a: 'b', ...event })
  assert.equal(isAcceptedByClients(request), true)
})

test('leaves the second signature and the request id out where there is none', () => {
  const { requestId: _, ...withoutId } = common
  const target = { url: 'https://quill.example.test/', method: 'POST' } as const
  const names = Object.keys(
    callbackRequest({ ...withoutId, target, secrets: { authToken, webhookSecrets: [] } }).headers,
  )
  assert.deepEqual(names, ['Content-Type', 'User-Agent', 'I-Twilio-Idempotency-Token', 'X-Twilio-Signature'])
})

test('passes on a URL that is none, for the guard to refuse', () => {
  assert.match(callbackRequest({ ...common, target: { url: 'hook', method: 'POST' } }).url, /^hook\?bodySHA256=/)
})

const hosts = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constantFrom('Quill.Example.TEST', 'bücher.example.test', 'localhost'),
)
const text = fc.string({ unit: 'grapheme' })
const query = fc.oneof(
  text.map((value) => value.replaceAll('#', '')),
  fc.webQueryParameters(),
  fc.constantFrom('a=b&c', "q='x'", 'x=%7e&y=%zz', '', '&&', 'a=ü', 'redirect=https://a.example.test/?b'),
)
const urls = fc
  .record({
    scheme: fc.constantFrom('https', 'http', 'HTTPS'),
    host: hosts,
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    path: fc.oneof(fc.webPath(), fc.constantFrom('', '/', '/ü/../x', '/a b', "/it's")),
    query: fc.option(query),
    fragment: fc.option(fc.webFragments()),
  })
  .map(({ scheme, host, port, path, query, fragment }) =>
    [
      `${scheme}://${host}`,
      port === null ? '' : `:${port}`,
      path,
      query === null ? '' : `?${query}`,
      fragment === null ? '' : `#${fragment}`,
    ].join(''),
  )
  // A receiver that is sent two hashes cannot know which to believe.
  .filter((url) => URL.canParse(url) && !url.includes('bodySHA256'))

const requests = fc
  .record({
    url: urls,
    method: fc.constantFrom('POST' as const, 'GET' as const),
    data: fc.oneof(
      fc.json(),
      text.map((value) => JSON.stringify({ text: value })),
    ),
  })
  .map(({ url, method, data }) =>
    callbackRequest({ ...common, now: Date.now(), target: { url, method }, event: { ...event, data } }),
  )

test('is accepted by the official client and by a Standard Webhooks library, whatever the URL and the body', () => {
  fc.assert(
    fc.property(requests, (request) => {
      assert.equal(isAcceptedByClients(request), true)
      assert.equal(isAcceptedByUs(request), true)
    }),
    { numRuns: 1000 },
  )
})

test('calls the very bytes it signs, also when a receiver puts the URL together from host and request line', () => {
  fc.assert(
    fc.property(requests, ({ url }) => {
      assert.match(url, /^[\x21-\x7e]+$/)
      const { protocol, host } = new URL(url)
      assert.equal(url.startsWith(`${protocol}//${host}/`), true, url)
    }),
  )
})

test('is refused by both sides once a bit of URL, body, signature or timestamp is flipped', () => {
  const place = fc.record({ at: fc.nat(), bit: fc.integer({ min: 0, max: 6 }) })
  const parts = ['url', 'body', 'X-Twilio-Signature', 'webhook-signature', 'webhook-timestamp', 'webhook-id'] as const
  fc.assert(
    fc.property(requests, fc.constantFrom(...parts), place, (request, part, { at, bit }) => {
      const changed = changedAt(request, part, (value) => flipped(value, at, bit))
      fc.pre(changed !== undefined && (part !== 'url' || isOtherUrl(request.url, changed.url)))
      assert.equal(isAcceptedByUs(changed as CallbackRequest), false)
      assert.equal(isAcceptedByClients(changed as CallbackRequest), false)
    }),
    { numRuns: 1000 },
  )
})

function isAcceptedByClients({ url, headers, body }: CallbackRequest): boolean {
  const signature = headers['X-Twilio-Signature'] ?? ''
  const isTwilioValid =
    body === undefined
      ? twilio.validateRequest(authToken, signature, url, {})
      : twilio.validateRequestWithBody(authToken, signature, url, body)
  try {
    new Webhook(secret).verify(body ?? '', headers, { jsonParse: false })
    return isTwilioValid
  } catch {
    return false
  }
}

function isAcceptedByUs({ url, headers, body = '' }: CallbackRequest): boolean {
  const twilioVerdict = verifyTwilio({ url, signature: headers['X-Twilio-Signature'], authToken, body })
  const standardVerdict = verifyStandard({
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body,
    secrets: [secret],
    nowMs: Date.now(),
  })
  return twilioVerdict.valid && standardVerdict.valid
}

function changedAt(
  request: CallbackRequest,
  part: string,
  change: (value: string) => string,
): CallbackRequest | undefined {
  if (part === 'url') return { ...request, url: change(request.url) }
  if (part === 'body') return request.body === undefined ? undefined : { ...request, body: change(request.body) }
  return { ...request, headers: { ...request.headers, [part]: change(request.headers[part] ?? '') } }
}

/** Flips one of the lower bits of one character, so that it stays one unit of the text. */
function flipped(value: string, at: number, bit: number): string {
  const index = at % value.length
  return value.slice(0, index) + String.fromCharCode(value.charCodeAt(index) ^ (1 << bit)) + value.slice(index + 1)
}

/** Some bits make no difference: a letter of the host in capitals, an escape in other letters, what a URL parser passes over. */
function isOtherUrl(url: string, changed: string): boolean {
  return URL.canParse(changed) && meaningOf(changed) !== meaningOf(url)
}

function meaningOf(text: string): string {
  const { origin, pathname, search } = new URL(text)
  return origin + pathname + stringify(parse(search.slice(1)))
}
