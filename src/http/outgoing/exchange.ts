import { StringDecoder } from 'node:string_decoder'
import type { Dispatcher } from 'undici'
import type { Connection } from './connection.ts'
import { messageOf, Trouble, type TroubleWord, troubleWordOf } from './trouble.ts'

export interface OutgoingRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string | Buffer
  timeouts: OutgoingTimeouts
  /** How much of the response's body is kept. */
  maxResponseBytes: number
  signal?: AbortSignal
}

export interface OutgoingTimeouts {
  /** For the name, and then again for the connection with TLS. */
  connectMs: number
  /** For the response to begin, and between two pieces of it. */
  readMs: number
  totalMs: number
}

export interface OutgoingResponse {
  status: number
  /** Names in lower case; values of a repeated one are joined. */
  headers: Record<string, string>
  body: string
  /** Whether there was more of the body than is kept. */
  truncated: boolean
  latencyMs: number
  remoteAddress: string
}

export interface OutgoingTrouble {
  error: TroubleWord
  /** For people to read. */
  detail: string
  latencyMs: number
}

export type OutgoingOutcome = OutgoingResponse | OutgoingTrouble

/** What is read and thrown away to keep a connection in use; behind that a new connection is cheaper. */
const discardedBytes = 65_536

/** One request and whatever comes of it: at most one outcome, also when time runs out in the middle of anything. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<OutgoingOutcome>
  isOver = false
  readonly #request: OutgoingRequest
  readonly #startedAt = performance.now()
  readonly #totalTimer: NodeJS.Timeout
  readonly #abort = () => this.fail('aborted', 'given up by the sender')
  #phaseTimer: NodeJS.Timeout | undefined
  #settle: (outcome: OutgoingOutcome) => void = () => {}
  #connection: Connection | undefined
  #release: ((connection: Connection, isReusable: boolean) => void) | undefined
  #status = 0
  #headers: Record<string, string> = {}
  #kept: Buffer[] = []
  #keptBytes = 0
  #receivedBytes = 0

  constructor(request: OutgoingRequest) {
    this.#request = request
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    const { totalMs, connectMs } = request.timeouts
    this.#totalTimer = setTimeout(() => this.fail('total_timeout', `not done within ${totalMs} ms`), totalMs)
    this.#phaseTimer = setTimeout(() => this.fail('dns', `no answer within ${connectMs} ms`), connectMs)
    request.signal?.addEventListener('abort', this.#abort, { once: true })
    if (request.signal?.aborted) this.#abort()
  }

  /** Sends the request; `release` gets the connection back when the exchange is over. */
  begin(connection: Connection, path: string, release: (connection: Connection, isReusable: boolean) => void): void {
    clearTimeout(this.#phaseTimer)
    this.#connection = connection
    this.#release = release
    const { method, headers, body = null, timeouts } = this.#request
    connection.dispatch({ path, method, headers, body }, this, timeouts.connectMs)
  }

  fail(word: TroubleWord, detail: string): void {
    this.#finish({ error: word, detail, latencyMs: this.#latencyMs() }, false)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) {
      controller.abort(new Trouble('aborted', 'The time was over before the connection was there.'))
      return
    }
    const { readMs } = this.#request.timeouts
    this.#phaseTimer = setTimeout(() => this.fail('read_timeout', `silent for ${readMs} ms`), readMs)
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.#phaseTimer?.refresh()
    this.#status = status
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = Array.isArray(value) ? value.join(', ') : value
    }
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (this.isOver) return
    this.#phaseTimer?.refresh()
    this.#receivedBytes += chunk.length
    const room = this.#request.maxResponseBytes - this.#keptBytes
    if (room > 0) {
      // A copy, so that the few bytes kept do not hold the whole chunk.
      const piece = Buffer.from(chunk.subarray(0, room))
      this.#kept.push(piece)
      this.#keptBytes += piece.length
    }
    if (this.#receivedBytes > this.#request.maxResponseBytes + discardedBytes) this.#answer(false)
  }

  onResponseEnd(): void {
    this.#answer(this.#headers.connection?.toLowerCase() !== 'close')
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail(troubleWordOf(error), messageOf(error))
  }

  #answer(isReusable: boolean): void {
    this.#finish(
      {
        status: this.#status,
        headers: this.#headers,
        // The decoder leaves out a character of which the end was cut off.
        body: new StringDecoder('utf8').write(Buffer.concat(this.#kept)),
        truncated: this.#receivedBytes > this.#keptBytes,
        latencyMs: this.#latencyMs(),
        remoteAddress: this.#connection?.peer ?? '',
      },
      isReusable,
    )
  }

  #finish(outcome: OutgoingOutcome, isReusable: boolean): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.#totalTimer)
    clearTimeout(this.#phaseTimer)
    this.#request.signal?.removeEventListener('abort', this.#abort)
    this.#settle(outcome)
    if (this.#connection) this.#release?.(this.#connection, isReusable)
  }

  #latencyMs(): number {
    return Math.round(performance.now() - this.#startedAt)
  }
}
