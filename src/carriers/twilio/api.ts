import type { Outgoing } from '../../http/outgoing/client.ts'
import type { OutgoingOutcome } from '../../http/outgoing/exchange.ts'
import { version } from '../../kernel/version.ts'
import type { OutboundMessage, Refusal, SendOutcome } from '../carrier.ts'
import type { TwilioConnection } from '../connections/connection.ts'
import { type ObservedMessage, wireAddress } from '../domain/message.ts'
import { isMessageSid, readResource, statusOf } from '../domain/twilio-webhook.ts'

const timeouts = { connectMs: 5_000, readMs: 20_000, totalMs: 30_000 }
const maxResponseBytes = 8 * 1024 * 1024
/** Messages that one page of a list has at most. */
const pageSize = 1_000

/** The published API of messages, called over connections that the guard admits. */
export class TwilioApi {
  readonly #outgoing: Outgoing

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing
  }

  async send(connection: TwilioConnection, message: OutboundMessage): Promise<SendOutcome> {
    const { settings } = connection
    const form = formOf(message, `${settings.webhookBase}/Statuses`)
    const outcome = await this.request(connection, 'POST', `${messagesPath(connection)}.json`, form)
    if ('error' in outcome) return { unreachable: `${outcome.error}: ${outcome.detail}` }
    const body = parse(outcome.body)
    if (outcome.status >= 200 && outcome.status < 300 && isMessageSid(String(body.sid))) {
      const text = message.contentId !== undefined && typeof body.body === 'string' ? { text: body.body } : {}
      return { messageId: String(body.sid), status: statusOf(String(body.status)) ?? 'queued', ...text }
    }
    return troubleOf(outcome.status, body)
  }

  /** Undefined when the carrier does not know it; throws when it cannot be asked. */
  async fetchMessage(connection: TwilioConnection, messageId: string): Promise<ObservedMessage | undefined> {
    const outcome = await this.request(connection, 'GET', `${messagesPath(connection)}/${messageId}.json`)
    if ('error' in outcome) throw new Error(`The message could not be fetched: ${outcome.error}: ${outcome.detail}`)
    if (outcome.status === 404) return undefined
    if (outcome.status !== 200) throw new Error(`The message could not be fetched: answered ${outcome.status}`)
    return readResource(parse(outcome.body))
  }

  /** Pages of messages sent since, the newest first. Throws when the carrier cannot be asked. */
  async *listSince(connection: TwilioConnection, since: number): AsyncGenerator<ObservedMessage[]> {
    // The filter knows days only.
    const day = new Date(since).toISOString().slice(0, 10)
    let path: string | undefined = `${messagesPath(connection)}.json?PageSize=${pageSize}&DateSent%3E=${day}`
    const { origin } = new URL(connection.settings.baseUrl)
    while (path !== undefined) {
      const outcome: OutgoingOutcome = await this.request(connection, 'GET', path)
      if ('error' in outcome || outcome.status !== 200 || outcome.truncated) {
        const why = 'error' in outcome ? outcome.detail : `answered ${outcome.status}`
        throw new Error(`Messages could not be listed: ${why}`)
      }
      const { messages, next_page_uri } = parse(outcome.body)
      yield (Array.isArray(messages) ? messages : []).flatMap((resource) => readResource(resource) ?? [])
      // What it names is fetched from the same carrier and nowhere else.
      const next = typeof next_page_uri === 'string' ? URL.parse(next_page_uri, connection.settings.baseUrl) : null
      path = next?.origin === origin ? next.pathname + next.search : undefined
    }
  }

  /** One request with the connection's credentials. */
  request(
    { settings, secrets }: TwilioConnection,
    method: 'GET' | 'POST',
    path: string,
    form?: URLSearchParams,
  ): Promise<OutgoingOutcome> {
    const credentials = Buffer.from(`${settings.accountSid}:${secrets.authToken}`).toString('base64')
    return this.#outgoing.send({
      url: new URL(settings.baseUrl).origin + path,
      method,
      headers: {
        Authorization: `Basic ${credentials}`,
        Accept: 'application/json',
        'User-Agent': `Skein/${version}`,
        ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(form ? { body: form.toString() } : {}),
      timeouts,
      maxResponseBytes,
    })
  }
}

function messagesPath({ settings }: TwilioConnection): string {
  return `/2010-04-01/Accounts/${settings.accountSid}/Messages`
}

function formOf(message: OutboundMessage, statusCallback: string): URLSearchParams {
  const { channel, from, to, text, mediaUrls, contentId, variables, channelSettings } = message
  const form = new URLSearchParams()
  form.set('To', wireAddress(channel, to))
  form.set('From', wireAddress(channel, from))
  if (contentId === undefined) form.set('Body', text)
  else form.set('ContentSid', contentId)
  if (variables !== undefined) form.set('ContentVariables', JSON.stringify(variables))
  for (const url of mediaUrls) form.append('MediaUrl', url)
  form.set('StatusCallback', statusCallback)
  // Passed on as they were given, in the spelling of the published API.
  for (const [name, value] of Object.entries(channelSettings)) {
    const field = name.charAt(0).toUpperCase() + name.slice(1)
    form.delete(field)
    for (const one of Array.isArray(value) ? value : [value]) if (one != null) form.append(field, spelled(one))
  }
  return form
}

function spelled(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Refused for good, or not now. */
export function troubleOf(
  status: number,
  body: Record<string, unknown>,
): { refused: Refusal } | { unreachable: string } {
  if (status === 429 || status >= 500) return { unreachable: `answered ${status}` }
  const code = Number(body.code)
  const message = String(body.message ?? `The carrier answered ${status}.`).slice(0, 500)
  return { refused: { code: Number.isSafeInteger(code) ? code : 20001, message } }
}

export function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
