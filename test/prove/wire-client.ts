import { connect, type Socket } from 'node:net'

export interface WireAnswer {
  status: number
  headers: ReadonlyMap<string, string>
  text: string
}

/** What came back: a whole answer, or how the connection ended without one. */
export type WireOutcome = WireAnswer | 'closed' | 'silent'

/** Longer than any request may take. */
const patienceMs = 30_000

/**
 * Sends bytes exactly as they are, valid HTTP or not, and reads the answer. Keeps its connection for the next request as
 * long as both sides agree on where messages end.
 */
export class WireClient {
  readonly #url: URL
  #socket: Socket | undefined

  constructor(url: string) {
    this.#url = new URL(url)
  }

  /** `last`: the bytes may leave the server waiting for more, so the sending half is closed behind them. */
  async send(bytes: Buffer, last: boolean): Promise<WireOutcome> {
    const reused = this.#socket !== undefined
    const outcome = await this.#exchange(bytes, last)
    // The server may have closed an idle connection at the very moment at which it was used again.
    return outcome === 'closed' && reused && !last ? this.#exchange(bytes, last) : outcome
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #exchange(bytes: Buffer, last: boolean): Promise<WireOutcome> {
    const socket = this.#socket ?? connect({ port: Number(this.#url.port), host: this.#url.hostname, noDelay: true })
    this.#socket = socket
    const isHead = bytes.toString('latin1', 0, 5) === 'HEAD '
    return new Promise((resolve) => {
      let received = Buffer.alloc(0)
      const finish = (outcome: WireOutcome, keep: boolean) => {
        clearTimeout(timer)
        socket.removeAllListeners()
        socket.on('error', () => {})
        if (!keep) this.close()
        resolve(outcome)
      }
      const timer = setTimeout(() => finish('silent', false), patienceMs)
      const read = (ended: boolean) => {
        const parsed = parseAnswer(received, ended, isHead)
        if (parsed) finish(parsed.answer, !ended && !last && parsed.keep)
        else if (ended) finish('closed', false)
      }
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
        read(false)
      })
      socket.once('close', () => read(true))
      socket.once('error', () => read(true))
      socket.write(bytes)
      if (last) socket.end()
    })
  }
}

/** The answer at the beginning of the bytes, or undefined while it is not all there. */
function parseAnswer(
  bytes: Buffer,
  ended: boolean,
  isHead: boolean,
): { answer: WireAnswer; keep: boolean } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1])
  const rest = bytes.subarray(end + 4)
  if (status === 100) return parseAnswer(rest, ended, isHead)
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  // A stream does not end by itself: its beginning is the answer.
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  if (isStream) return { answer: { status, headers, text: rest.toString('utf8') }, keep: false }
  const body = isHead ? Buffer.alloc(0) : bodyOf(rest, status, headers, ended)
  if (!body) return undefined
  return { answer: { status, headers, text: body.toString('utf8') }, keep: headers.get('connection') !== 'close' }
}

function bodyOf(rest: Buffer, status: number, headers: Map<string, string>, ended: boolean): Buffer | undefined {
  if (status === 204 || status === 304) return Buffer.alloc(0)
  if (headers.get('transfer-encoding') === 'chunked') return dechunked(rest)
  const length = headers.get('content-length')
  if (length === undefined) return ended ? rest : undefined
  return rest.length < Number(length) ? undefined : rest.subarray(0, Number(length))
}

function dechunked(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(chunks)
    if (rest.length < lineEnd + 2 + size + 2) return undefined
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
