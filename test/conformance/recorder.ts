import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'

/** One request and its answer as they went over the wire. */
export interface Exchange {
  /** Who sent it: the official client, or this suite by itself where the client cannot. */
  sender: 'client' | 'suite'
  method: string
  /** Without query. */
  path: string
  status: number
  /** Of the answer, names in lower case. */
  headers: Readonly<Record<string, string>>
  /** Of the answer, parsed if it is JSON; an empty string if there was none. */
  body: unknown
}

/** The official client's own HTTP client, which also keeps what it sent and got. */
export class Recorder extends twilio.RequestClient {
  readonly exchanges: Exchange[] = []

  override async request<TData>(options: RequestClient.RequestOptions<TData>) {
    const answer = await super.request<TData>(options)
    this.exchanges.push({
      sender: 'client',
      method: String(options.method).toUpperCase(),
      path: new URL(options.uri).pathname,
      status: answer.statusCode,
      headers: headersOf(answer.headers),
      body: answer.body,
    })
    return answer
  }

  /** The exchange that ended last. */
  get last(): Exchange {
    const last = this.exchanges.at(-1)
    if (!last) throw new Error('Nothing has been sent yet.')
    return last
  }
}

function headersOf(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
