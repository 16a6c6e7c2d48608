import { parseWireUrl, withQuery } from '../http/outgoing/wire-url.ts'
import { version } from '../kernel/version.ts'
import type { Envelope } from './domain/audience.ts'
import { signStandard, signTwilio, withBodyHash } from './signature.ts'

export interface CallbackInput {
  target: { url: string; method: 'GET' | 'POST' }
  /** `EVENT` if left out. */
  envelope?: Envelope
  event: {
    eventType: string
    /** ISO 8601, UTC. */
    timestamp: string
    /** JSON text. */
    data: string
  }
  /** The same on every attempt of one event for one target; also the `webhook-id`. */
  token: string
  /** The id of the request that caused the event; none if empty. */
  requestId?: string
  /** `webhookSecrets` are several while one replaces another. */
  secrets: { authToken: string; webhookSecrets: readonly string[] }
  /** Wall time, as receivers compare it with theirs. */
  now: number
}

export interface CallbackRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
}

/**
 * The request that tells a target of an event, signed both ways. POST carries the event, or its data alone, as JSON and the
 * hash of that in the URL; GET carries it in the query. The URL is the one to call, without fragment, and what is signed is exactly that.
 */
export function callbackRequest(input: CallbackInput): CallbackRequest {
  const { target, event } = input
  const { authToken } = input.secrets
  const configured = parseWireUrl(target.url)?.href ?? target.url
  if (target.method === 'GET') {
    const url = withQuery(
      configured,
      queryOf(event, input.envelope === 'DATA' ? ['data'] : ['eventType', 'timestamp', 'data']),
    )
    return {
      url,
      method: 'GET',
      headers: { ...headersOf(input, ''), 'X-Twilio-Signature': signTwilio({ url, authToken }) },
    }
  }
  const body = input.envelope === 'DATA' ? event.data : enveloped(event)
  const url = withBodyHash(configured, body)
  const headers = {
    'Content-Type': 'application/json',
    ...headersOf(input, body),
    'X-Twilio-Signature': signTwilio({ url, authToken }),
  }
  return { url, method: 'POST', headers, body }
}

function enveloped({ eventType, timestamp, data }: CallbackInput['event']): string {
  return `{"eventType":${JSON.stringify(eventType)},"timestamp":${JSON.stringify(timestamp)},"data":${data}}`
}

function queryOf(event: CallbackInput['event'], names: readonly (keyof CallbackInput['event'])[]): string {
  return names.map((name) => `${name}=${encodeURIComponent(event[name].toWellFormed())}`).join('&')
}

function headersOf({ token: id, requestId, secrets: { webhookSecrets: secrets }, now }: CallbackInput, body: string) {
  const timestampSeconds = Math.floor(now / 1000)
  return {
    'User-Agent': `Skein/${version}`,
    'I-Twilio-Idempotency-Token': id,
    ...(requestId ? { 'Twilio-Request-Id': requestId } : {}),
    ...(secrets.length > 0
      ? {
          'webhook-id': id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': signStandard({ id, timestampSeconds, body, secrets }),
        }
      : {}),
  }
}
