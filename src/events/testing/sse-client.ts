import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface StreamMessage {
  id?: string
  event?: string
  data?: string
}

/** A client of server-sent events over a real connection. */
export interface SseClient {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The next message; undefined when the stream has ended. */
  next(): Promise<StreamMessage | undefined>
  /** The data of the next entries, passing over what else is sent. */
  entries(count: number): Promise<{ id: string; data: ReturnType<typeof JSON.parse> }[]>
  pause(): void
  resume(): void
  close(): void
}

/** Connects to a server that listens on loopback. */
export async function openStream(
  app: FastifyInstance,
  path: string,
  headers: Record<string, string>,
): Promise<SseClient> {
  const { port } = app.server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, path, headers, agent: false })
  sent.end()
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  response.setEncoding('utf8')
  const blocks = readBlocks(response)
  const next = async () => {
    const { value, done } = await blocks.next()
    return done ? undefined : value
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    entries: async (count) => {
      const found = []
      while (found.length < count) {
        const message = await next()
        if (!message) throw new Error(`The stream ended after ${found.length} of ${count} entries.`)
        if (message.event === undefined && message.data !== undefined) {
          found.push({ id: message.id ?? '', data: JSON.parse(message.data) })
        }
      }
      return found
    },
    pause: () => response.socket.pause(),
    resume: () => response.socket.resume(),
    close: () => sent.destroy(),
  }
}

async function* readBlocks(response: AsyncIterable<string>): AsyncGenerator<StreamMessage, undefined> {
  let text = ''
  try {
    for await (const chunk of response) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        yield parseBlock(text.slice(0, end))
        text = text.slice(end + 2)
      }
    }
  } catch {
    // Cut off: an end like any other.
  }
}

function parseBlock(block: string): StreamMessage {
  const fields = block.split('\n').filter((line) => !line.startsWith(':'))
  return Object.fromEntries(fields.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
}
