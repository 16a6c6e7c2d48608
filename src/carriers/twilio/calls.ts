import { addressKey } from '../../conversations/domain/address.ts'
import type { CallChange, CallControl, CallInstructions, CallOutcome, OutboundCall, StartedCall } from '../carrier.ts'
import { type TwilioConnection, voiceBase } from '../connections/connection.ts'
import { parse, type TwilioApi, troubleOf } from './api.ts'

/** Puts the proxy at `prefix` in the way of what a document says. */
export type LeadThrough = (twiml: string, call: { prefix: string; from: string; to: string; callSid: string }) => string

interface Options {
  api: TwilioApi
  connections: (account: number) => Promise<TwilioConnection[]>
  leadThrough: LeadThrough
}

const allEvents = ['initiated', 'ringing', 'answered', 'completed']

/** Calls from numbers at Twilio. Skein is asked first for every document, and hears first how they go. */
export class TwilioCalls implements CallControl {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  async startCall(call: OutboundCall): Promise<CallOutcome> {
    const connection = await this.#connectionFor(call.account, call.from)
    if (!connection) return noConnection(call.from)
    const form = new URLSearchParams({
      To: call.to,
      From: call.from,
      Timeout: String(call.timeoutSeconds),
      ...this.#instructions(connection, call.instructions, { from: call.from, to: call.to, callSid: '' }),
      StatusCallback: statusCallbackOf(connection, call),
      StatusCallbackMethod: 'POST',
    })
    for (const event of allEvents) form.append('StatusCallbackEvent', event)
    return this.#ask(connection, `${callsPath(connection)}.json`, form)
  }

  async changeCall({ account, callSid, own, other }: StartedCall, change: CallChange): Promise<CallOutcome> {
    const connection = await this.#connectionFor(account, own)
    if (!connection) return noConnection(own)
    const fields =
      'status' in change
        ? { Status: change.status }
        : this.#instructions(connection, change.instructions, { from: own, to: other, callSid })
    return this.#ask(connection, `${callsPath(connection)}/${callSid}.json`, new URLSearchParams(fields))
  }

  #instructions(
    connection: TwilioConnection,
    instructions: CallInstructions,
    sides: { from: string; to: string; callSid: string },
  ): Record<string, string> {
    const prefix = voiceBase(connection)
    if ('twiml' in instructions) return { Twiml: this.#options.leadThrough(instructions.twiml, { prefix, ...sides }) }
    const through = (url: string) => `${prefix}/Webhook?${new URLSearchParams({ url })}`
    const { url, method, fallback } = instructions
    return {
      Url: through(url),
      Method: method,
      ...(fallback ? { FallbackUrl: through(fallback.url), FallbackMethod: fallback.method } : {}),
    }
  }

  async #ask(connection: TwilioConnection, path: string, form: URLSearchParams): Promise<CallOutcome> {
    const outcome = await this.#options.api.request(connection, 'POST', path, form)
    if ('error' in outcome) return { unreachable: `${outcome.error}: ${outcome.detail}` }
    const body = parse(outcome.body)
    const { sid, status } = body
    const isCall = typeof sid === 'string' && /^CA[0-9a-f]{32}$/.test(sid)
    if (outcome.status >= 200 && outcome.status < 300 && isCall) return { callSid: sid, status: String(status) }
    return troubleOf(outcome.status, body)
  }

  async #connectionFor(account: number, own: string): Promise<TwilioConnection | undefined> {
    const key = addressKey('VOICE', own)
    const connections = await this.#options.connections(account)
    return connections.find(({ settings }) => settings.numbers.some((one) => addressKey('VOICE', one) === key))
  }
}

/** `key` tells a report that overtakes the answer which call it is about. */
function statusCallbackOf(connection: TwilioConnection, { key, statusCallback }: OutboundCall): string {
  const query = new URLSearchParams({
    key,
    ...(statusCallback && {
      forward: statusCallback.url,
      method: statusCallback.method,
      events: statusCallback.events.join(' '),
    }),
  })
  return `${voiceBase(connection)}/Calls?${query}`
}

function callsPath({ settings }: TwilioConnection): string {
  return `/2010-04-01/Accounts/${settings.accountSid}/Calls`
}

function noConnection(own: string): CallOutcome {
  return { refused: { code: 21210, message: `No carrier connection has the number ${own}.` } }
}
