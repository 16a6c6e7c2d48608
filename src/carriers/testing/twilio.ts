import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import twilio from 'twilio'
import type { Answer, World } from '../../testing/app.ts'

export const farAccount = `AC${'b'.repeat(32)}`
export const farToken = 'f0'.repeat(16)

export interface Connected {
  id: string
  webhooks: Record<string, string>
}

/** Connects the world's account to an account at Twilio. */
export async function connectTwilio(world: World, fields: object = {}): Promise<Connected> {
  const body = { carrier: 'twilio', accountSid: farAccount, authToken: farToken, numbers: ['+15550001111'], ...fields }
  const made = await world.post('/skein/v1/Carriers', body)
  assert.equal(made.status, 201, made.text)
  return made.body
}

interface Call {
  token?: string
  headers?: Record<string, string>
  /** Sent in place of the form that is signed. */
  sent?: string
}

/** A form as Twilio sends it, signed by the official library. */
export function callForm(world: World, url: string, form: Record<string, string>, call: Call = {}): Promise<Answer> {
  const signature = twilio.getExpectedTwilioSignature(call.token ?? farToken, url, form)
  const body = call.sent ?? new URLSearchParams(form).toString()
  return callWebhook(world, url, body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
    ...call.headers,
  })
}

/** A batch of events as a sink gets it. */
export function callSink(world: World, url: string, events: unknown, token = farToken): Promise<Answer> {
  const body = JSON.stringify(events)
  const signed = `${url}?bodySHA256=${hash('sha256', body)}`
  const signature = twilio.getExpectedTwilioSignature(token, signed, {})
  return callWebhook(world, signed, body, { 'content-type': 'application/json', 'x-twilio-signature': signature })
}

/** A request of a network. */
export async function callWebhook(
  world: World,
  url: string,
  payload: string | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  const { host, pathname, search } = new URL(url)
  const answer = await world.app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url: pathname + search,
    headers: { host, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  const isJson = String(answer.headers['content-type']).startsWith('application/json')
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
    body: isJson ? answer.json() : undefined,
    text: answer.body,
  }
}
