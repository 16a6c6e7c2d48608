import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { program } from '../../test/program.ts'
import { callbackRequest } from '../events/callback-request.ts'
import { signTwilio } from '../events/signature.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-webhooks-command-'))
after(() => rmSync(folder, { recursive: true }))

const authToken = '0123456789abcdef0123456789abcdef'
const secret = `whsec_${Buffer.from('a secret of the Quill bookshop').toString('base64')}`
const at = '2026-03-02T11:01:00Z'
const request = callbackRequest({
  target: { url: 'http://quill.example.test/hook?a=b', method: 'POST' },
  event: { eventType: 'COMMUNICATION_CREATED', timestamp: at, data: '{"text":"Où est le thé ?"}' },
  token: 'token-1',
  secrets: { authToken, webhookSecrets: [secret] },
  now: Date.parse(at),
})
const captured = rawRequest(request.headers, request.body)
const secrets = ['--auth-token', authToken, '--secret', secret]

function rawRequest(headers: Record<string, string>, body = ''): string {
  const { pathname, search, host } = new URL(request.url)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...lines, '', body].join('\r\n')
}

function verify(input: string, options: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'webhooks', 'verify', ...options], {
    encoding: 'utf8',
    cwd: folder,
    input,
    env: { PATH: process.env.PATH, ...env },
  })
  return { status, stdout, stderr }
}

test('skein webhooks verify accepts a captured request from standard input', () => {
  const { status, stdout } = verify(captured, ['-', ...secrets, '--at', at])
  assert.equal(stdout, 'X-Twilio-Signature: valid\nwebhook-signature: valid\n')
  assert.equal(status, 0)
})

test('skein webhooks verify reads a file, and secrets from the environment', () => {
  writeFileSync(join(folder, 'captured.http'), captured)
  const env = { TWILIO_AUTH_TOKEN: authToken, WEBHOOK_SECRET: secret }
  assert.equal(verify('', ['captured.http', '--at', at], env).status, 0)
})

test('skein webhooks verify takes a request in pieces', () => {
  writeFileSync(join(folder, 'body.json'), request.body ?? '')
  const headers = Object.entries(request.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  const options = ['--url', request.url, ...headers, '--body-file', 'body.json', ...secrets, '--at', at]
  assert.equal(verify('', options).status, 0)
})

test('skein webhooks verify checks only what it has a secret for', () => {
  const { status, stdout } = verify(captured, ['-', '--auth-token', authToken])
  assert.equal(stdout, 'X-Twilio-Signature: valid\nwebhook-signature: not checked, as no secret was given\n')
  assert.equal(status, 0)
})

test('skein webhooks verify checks forms by their parameters', () => {
  const params = { Body: 'hi & bye', To: '+15550001111' }
  const url = 'https://quill.example.test/sms'
  writeFileSync(join(folder, 'form'), new URLSearchParams(params).toString())
  const options = ['--url', url, '--body-file', 'form', '--header', 'Content-Type: application/x-www-form-urlencoded']
  const signature = `X-Twilio-Signature: ${signTwilio({ url, authToken, params })}`
  assert.equal(verify('', [...options, '--header', signature, '--auth-token', authToken]).status, 0)
})

const faults: [string, string, string[], RegExp][] = [
  [
    'which signature fails when the body was changed',
    captured.replace('thé', 'riz'),
    [...secrets, '--at', at],
    /^X-Twilio-Signature: INVALID \(body_changed\): .+\nwebhook-signature: INVALID \(mismatch\): /,
  ],
  [
    'that only one secret is wrong',
    captured,
    ['--auth-token', authToken.replace('0', '1'), '--secret', secret, '--at', at],
    /^X-Twilio-Signature: INVALID \(mismatch\): .+\nwebhook-signature: valid\n/,
  ],
  [
    'that a request is old',
    captured,
    [...secrets, '--at', '2026-03-02T12:01:00Z'],
    /^X-Twilio-Signature: valid\nwebhook-signature: INVALID \(timestamp_too_old\): signed 3600 s ago/,
  ],
  ['that headers are missing', rawRequest({}, request.body), secrets, /^X.+missing_header.+\nweb.+missing_header/],
]

for (const [name, input, options, expected] of faults) {
  test(`skein webhooks verify tells ${name}, and exits with 1`, () => {
    const { status, stdout } = verify(input, ['-', ...options])
    assert.match(stdout, expected)
    assert.equal(status, 1)
  })
}

const misuses: [string, string, string[], RegExp][] = [
  ['no secret', captured, ['-'], /nothing to check with/],
  ['a secret that is none', captured, ['-', '--secret', 'whsec_!'], /whsec_ and Base64/],
  ['a file that does not exist', '', ['nowhere.http', ...secrets], /Cannot read nowhere\.http/],
  ['what is no request', 'hello', ['-', ...secrets], /must begin with a line/],
  ['no URL', '', secrets, /give --url/],
  ['a header that is none', '', ['--header', 'x', ...secrets], /'Name: value', not 'x'/],
  ['a time that is none', captured, ['-', ...secrets, '--at', 'noon'], /--at must be/],
  ['a tolerance that is none', captured, ['-', ...secrets, '--tolerance', 'x'], /--tolerance must be/],
]

for (const [name, input, options, expected] of misuses) {
  test(`skein webhooks verify refuses ${name} with 2`, () => {
    const { status, stdout, stderr } = verify(input, options)
    assert.equal(stdout, '')
    assert.match(stderr, expected)
    assert.equal(status, 2)
  })
}
