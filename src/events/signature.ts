import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { parseWireUrl, withQuery } from '../http/outgoing/wire-url.ts'
import { assert } from '../kernel/assert.ts'

/** The two signatures of a webhook: the published API's, and the one of the Standard Webhooks specification. */

export type FormParameters = Readonly<Record<string, string | readonly string[]>>

export type VerificationFault =
  | 'missing_header'
  | 'malformed'
  | 'mismatch'
  | 'missing_body_hash'
  | 'body_changed'
  | 'timestamp_too_old'
  | 'timestamp_too_new'

/** Whether a signature holds; if not, why in a word and in a sentence. */
export type Verification = { valid: true } | { valid: false; fault: VerificationFault; detail: string }

/** How far the timestamp of a Standard Webhooks signature may be from now, as the specification's libraries have it. */
export const toleranceSeconds = 300

/**
 * The value of `X-Twilio-Signature`: the called URL, followed by each form parameter with its values in order of names. A
 * JSON body is not part of it; its hash is, through the URL (see `withBodyHash`).
 */
export function signTwilio(input: { url: string; authToken: string; params?: FormParameters }): string {
  const { url, authToken, params } = input
  if (params === undefined) return createHmac('sha1', authToken).update(url).digest('base64')
  const parameters = Object.keys(params)
    .sort()
    .map((name) => valuesOf(params[name]).map((value) => name + value))
  return createHmac('sha1', authToken)
    .update([url, ...parameters.flat()].join(''))
    .digest('base64')
}

/** The URL to call with a body: its query as it is, and `bodySHA256`, the body's SHA-256 in lower-case hexadecimal. */
export function withBodyHash(url: string, body: string | Buffer): string {
  return withQuery(url, `bodySHA256=${hash('sha256', body)}`)
}

/**
 * Checks `X-Twilio-Signature` of a request for `url` as the receiver knows it: with or without a default port, as written
 * or as clients normalise it. Give `params` for a form, else the body as it came.
 */
export function verifyTwilio(input: {
  url: string
  signature: string | undefined
  authToken: string
  params?: FormParameters
  body?: string | Buffer
}): Verification {
  const { url, signature, authToken, params, body = '' } = input
  if (!signature) return fault('missing_header', 'there is no X-Twilio-Signature header')
  if (!/^[A-Za-z0-9+/]{27}=$/.test(signature)) {
    return fault('malformed', 'X-Twilio-Signature is not the Base64 of an HMAC-SHA1')
  }
  const fits = (candidate: string) =>
    isEqual(signature, signTwilio({ url: candidate, authToken, ...(params && { params }) }))
  // As it was written it nearly always fits; other spellings are only looked for where it does not.
  if (!fits(url) && !spellingsOf(url).some(fits)) return fault('mismatch', mismatchOf(url, fits))
  return params === undefined ? verifyBodyHash(url, body) : { valid: true }
}

/** The value of `webhook-signature`: one signature for each secret, so that both hold while one secret replaces another. */
export function signStandard(input: {
  id: string
  timestampSeconds: number
  body: string | Buffer
  secrets: readonly string[]
}): string {
  const { id, timestampSeconds, body, secrets } = input
  return secrets.map((secret) => standardSignature({ id, timestamp: String(timestampSeconds), body, secret })).join(' ')
}

/** Checks the three Standard Webhooks headers against any of the secrets; the signature first, then its age at `nowMs`. */
export function verifyStandard(input: {
  id: string | undefined
  timestamp: string | undefined
  signature: string | undefined
  body: string | Buffer
  secrets: readonly string[]
  nowMs: number
  toleranceSeconds?: number
}): Verification {
  const { id, timestamp, signature, body, secrets, nowMs, toleranceSeconds: tolerance = toleranceSeconds } = input
  if (!id || !timestamp || !signature) {
    const named = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
    const missing = Object.entries(named).filter(([, value]) => !value)
    return fault('missing_header', `there is no ${missing.map(([name]) => name).join(', no ')} header`)
  }
  if (!/^\d{1,12}$/.test(timestamp)) return fault('malformed', 'webhook-timestamp is not a number of seconds')
  const given = signature.split(' ').filter((part) => /^v1,[A-Za-z0-9+/]{43}=$/.test(part))
  if (given.length === 0) return fault('malformed', 'webhook-signature has no signature of version v1')
  const expected = secrets.map((secret) => standardSignature({ id, timestamp, body, secret }))
  if (!expected.some((one) => given.some((other) => isEqual(other, one)))) {
    return fault('mismatch', 'signed with another secret, or the body, webhook-id or webhook-timestamp was changed')
  }
  return verifyAge(nowMs / 1000 - Number(timestamp), tolerance)
}

/** Whether a text is a webhook secret: `whsec_`, which may be left out, and Base64 of at least one byte. */
export function isWebhookSecret(text: string): boolean {
  return /^(whsec_)?[A-Za-z0-9+/]{2,}={0,2}$/.test(text)
}

function valuesOf(value: string | readonly string[] | undefined): string[] {
  return typeof value === 'string' ? [value] : [...new Set(value)].sort()
}

function fault(word: VerificationFault, detail: string): Verification {
  return { valid: false, fault: word, detail }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function spellingsOf(text: string): string[] {
  const wire = parseWireUrl(text)
  if (!wire) return [text]
  const host = wire.hostname.includes(':') ? `[${wire.hostname}]` : wire.hostname
  return [text, wire.href, `${wire.protocol}//${host}:${wire.port}${wire.path}`]
}

function mismatchOf(url: string, fits: (candidate: string) => boolean): string {
  const other = url.replace(/^(http|ws)(s?):/i, (_, scheme: string, secure: string) => `${scheme}${secure ? '' : 's'}:`)
  if (other !== url && spellingsOf(other).some(fits)) {
    return `signed for ${other}: the receiver takes the URL for ${url}, as happens behind a proxy that ends TLS`
  }
  return 'signed with another auth token, or for another URL: scheme, host, path and query must be those that were called'
}

function verifyBodyHash(url: string, body: string | Buffer): Verification {
  const given = URL.parse(url)?.searchParams.get('bodySHA256') ?? undefined
  if (given === undefined) {
    if (body.length === 0) return { valid: true }
    return fault('missing_body_hash', 'the URL is signed, but has no bodySHA256, so nothing vouches for the body')
  }
  if (isEqual(given, hash('sha256', body))) return { valid: true }
  return fault('body_changed', 'the URL is signed, but the body is not the one whose hash bodySHA256 is')
}

function standardSignature(input: { id: string; timestamp: string; body: string | Buffer; secret: string }): string {
  const { id, timestamp, body, secret } = input
  assert(isWebhookSecret(secret), 'a webhook secret is whsec_ and Base64')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const mac = createHmac('sha256', key)
  const signed =
    typeof body === 'string' ? mac.update(`${id}.${timestamp}.${body}`) : mac.update(`${id}.${timestamp}.`).update(body)
  return `v1,${signed.digest('base64')}`
}

function verifyAge(ageSeconds: number, tolerance: number): Verification {
  if (ageSeconds > tolerance) {
    return fault('timestamp_too_old', `signed ${Math.floor(ageSeconds)} s ago; receivers accept ${tolerance} s`)
  }
  if (ageSeconds < -tolerance) {
    return fault(
      'timestamp_too_new',
      `signed ${Math.floor(-ageSeconds)} s in the future; receivers accept ${tolerance} s`,
    )
  }
  return { valid: true }
}
