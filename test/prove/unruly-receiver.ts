import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Random } from './random.ts'

export interface Arrival {
  token: string
  eventType: string
  /** JSON text of `data`, as it came. */
  data: string
  accepted: boolean
}

/** A receiver of webhooks as they are in the world: it answers 500, hangs, resets, answers late and restarts. Keeps what arrived, in order. */
export class UnrulyReceiver {
  readonly arrivals: Arrival[] = []
  /** Whether it misbehaves. */
  unruly = true
  readonly #random: Random
  #server: Server | undefined
  #port = 0
  readonly #sockets = new Set<Socket>()

  constructor(random: Random) {
    this.#random = random
  }

  /** Its URL asks for short time-outs in the fragment, so that hanging costs a proof no minutes. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook#ct=500&rt=400&tt=1000`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Goes away for a moment, cutting every connection. */
  async restart(awayMs: number): Promise<void> {
    await this.stop()
    await setTimeout(awayMs)
    await this.start()
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const fate = this.unruly ? this.#random.next() : 1
    const accepted = fate >= 0.2
    this.#keep(request, Buffer.concat(chunks).toString('utf8'), accepted)
    if (fate < 0.1) response.writeHead(500).end('not today')
    else if (fate < 0.15) request.socket.destroy()
    else if (fate < 0.2) request.socket.once('close', () => response.destroy())
    else {
      if (fate < 0.25) await setTimeout(100)
      response.writeHead(200).end('thanks')
    }
  }

  #keep(request: IncomingMessage, text: string, accepted: boolean): void {
    const { eventType } = JSON.parse(text) as { eventType: string }
    const data = text.slice(text.indexOf('"data":') + '"data":'.length, -1)
    this.arrivals.push({ token: String(request.headers['i-twilio-idempotency-token']), eventType, data, accepted })
  }
}
