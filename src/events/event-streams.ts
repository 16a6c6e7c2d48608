import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { Failure } from '../kernel/failure.ts'
import type { Log } from '../kernel/log.ts'
import { endOfFeed, type FeedSource, isReached, readFeed } from './debugger-feed.ts'
import type { Entry } from './domain/entry.ts'
import { type FeedPosition, wirePosition } from './domain/feed-position.ts'

/** All in wall milliseconds. */
export interface StreamTimes {
  /** Between two looks when nothing has happened. */
  pollMs: number
  /** Between two signs of life, which also tell how far the stream has been read. */
  heartbeatMs: number
  /** How long a client may take to read what was sent before it is dropped. */
  slowMs: number
  /** After this the client connects again, and so proves again who it is. */
  lifetimeMs: number
}

const streamTimes: StreamTimes = {
  pollMs: 250,
  heartbeatMs: 15_000,
  slowMs: 10_000,
  lifetimeMs: 15 * 60_000,
}

/** Streams that one account may have open on one node. */
export const maxStreamsPerAccount = 20
/** Entries that are sent before waiting for the client: what a slow one makes us hold, at most. */
const maxBatch = 100

export interface StreamRequest {
  source: FeedSource
  accepts: (entry: Entry) => boolean
  present: (entries: readonly Entry[]) => Promise<readonly object[]>
  /** Where to go on; undefined: with what happens from now on. */
  from: FeedPosition | undefined
}

/** The live streams of one node: server-sent events, each client at its own pace. */
export class EventStreams {
  readonly #log: Log
  readonly #times: StreamTimes
  readonly #open = new Map<AbortController, number>()
  #ending = false

  constructor(log: Log, times: StreamTimes = streamTimes) {
    this.#log = log
    this.#times = times
  }

  /** Takes one more stream of the account, or refuses it. The answer begins with the first thing that is written. */
  admit(account: number): AbortController {
    const ofAccount = [...this.#open.values()].filter((other) => other === account).length
    if (this.#ending || ofAccount >= maxStreamsPerAccount) {
      const why = this.#ending ? 'The server is shutting down.' : `At most ${maxStreamsPerAccount} streams may be open.`
      throw new Failure('unavailable', why, { retryAfterSeconds: 5 })
    }
    const stop = new AbortController()
    this.#open.set(stop, account)
    return stop
  }

  /** Writes until the client goes, is too slow, has had its time, or the server ends. Ends the response. */
  async serve(response: Writable, stop: AbortController, request: StreamRequest): Promise<void> {
    response.once('close', () => stop.abort('closed'))
    response.on('error', () => stop.abort('closed'))
    const life = setTimeout(() => stop.abort('lifetime'), this.#times.lifetimeMs)
    try {
      await this.#follow(response, stop, request)
    } catch (error) {
      if (!stop.signal.aborted) {
        this.#log.error({ err: error }, 'a stream of the debugger ended early')
        stop.abort('failed')
      }
    } finally {
      clearTimeout(life)
      this.#open.delete(stop)
      finish(response, String(stop.signal.reason))
    }
  }

  /** Ends every stream; clients go on elsewhere, or here after the restart, from where they were. */
  end(): void {
    this.#ending = true
    for (const stop of this.#open.keys()) stop.abort('shutdown')
  }

  async #follow(response: Writable, stop: AbortController, { source, accepts, present, from }: StreamRequest) {
    const { pollMs, heartbeatMs } = this.#times
    const end = await endOfFeed(source, Date.now())
    const isLost = from !== undefined && !isReached(from, end)
    let position = from && !isLost ? from : end
    response.write(message({ id: wirePosition(position), event: isLost ? 'gap' : 'ready', data: {} }))
    let spokenAt = performance.now()
    while (!stop.signal.aborted) {
      const feed = await readFeed(source, position, { limit: maxBatch, wall: Date.now() })
      position = feed.position
      const accepted = feed.entries.filter(({ entry }) => accepts(entry))
      const shown = await present(accepted.map(({ entry }) => entry))
      if (stop.signal.aborted) return
      for (const [at, { position }] of accepted.entries()) {
        response.write(message({ id: wirePosition(position), data: shown[at] as object }))
      }
      const silentMs = performance.now() - spokenAt
      if (accepted.length > 0 || silentMs >= heartbeatMs) spokenAt = performance.now()
      // Without data it is no event, but a client remembers its id.
      if (accepted.length === 0 && silentMs >= heartbeatMs) response.write(`: alive\nid: ${wirePosition(position)}\n\n`)
      if (!(await this.#isRead(response, stop))) stop.abort('slow')
      if (!feed.more) await pause(pollMs, stop.signal)
    }
  }

  /** Waits until the client has read what was sent; false when that takes too long. */
  async #isRead(response: Writable, stop: AbortController): Promise<boolean> {
    if (!response.writableNeedDrain) return true
    const patience = AbortSignal.any([stop.signal, AbortSignal.timeout(this.#times.slowMs)])
    try {
      await once(response, 'drain', { signal: patience })
      return true
    } catch {
      return stop.signal.aborted
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  slow: 'Too slow: what was sent was not read in time. Connect again with Last-Event-ID.',
  lifetime: 'This connection has had its time. Connect again with Last-Event-ID.',
  shutdown: 'The server is shutting down. Connect again with Last-Event-ID.',
  failed: 'The stream failed. Connect again with Last-Event-ID.',
}

/** Says why, ends the response, and does not wait for a client that reads nothing. */
function finish(response: Writable, reason: string): void {
  const text = reasons[reason]
  if (text !== undefined) response.write(message({ event: 'end', data: { reason, message: text } }))
  response.end()
  setTimeout(() => response.destroy(), 1_000).unref()
}

function message({ id, event, data }: { id?: string; event?: string; data: object }): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    `data: ${JSON.stringify(data)}`,
  ]
  return `${lines.join('\n')}\n\n`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
