import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { refuseUnreadable } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body may be a large file on a slow line: it may take its time as long as it keeps coming. */
    takesLong?: true
  }
}

/** How long an ordinary body may take in all, and a large one between two pieces of it. */
const patienceMs = 60_000
const sweepMs = 5_000

interface Watched {
  request: IncomingMessage
  takesLong: boolean
  /** Wall time of the sweep that saw it first, or saw more of a large one. */
  since: number
  bytesRead: number
}

/**
 * Refuses requests whose bodies do not arrive in time. Node has one limit for all requests of a server, which must admit the
 * longest upload; so it is sweeps over the open connections that hold the others to a minute.
 */
export class SlowBodies {
  readonly #open = new Set<Socket>()
  /** The last request of a connection: all that costs while requests come in. */
  readonly #last = new WeakMap<Socket, { raw: IncomingMessage; takesLong: boolean }>()
  #watched = new Map<Socket, Watched>()

  install(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      const { raw } = request
      this.#last.set(raw.socket, { raw, takesLong: request.routeOptions.config.takesLong ?? false })
      done()
    })
    const opened = (socket: Socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    }
    app.server.on('connection', opened)
    app.server.on('secureConnection', opened)
    const sweeps = setInterval(() => this.sweep(performance.now()), sweepMs)
    sweeps.unref()
    app.addHook('onClose', async () => clearInterval(sweeps))
  }

  /** Answers what has run out of time with 408, and ends its connection. */
  sweep(now: number): void {
    const watched = new Map<Socket, Watched>()
    for (const socket of this.#open) {
      const last = this.#last.get(socket)
      if (!last || last.raw.complete) continue
      const before = this.#watched.get(socket)
      const { bytesRead } = socket
      const isKnown = before?.request === last.raw && !(last.takesLong && bytesRead > before.bytesRead)
      const since = isKnown ? before.since : now
      if (now - since >= patienceMs) refuseUnreadable(late(), socket)
      else watched.set(socket, { request: last.raw, takesLong: last.takesLong, since, bytesRead })
    }
    this.#watched = watched
  }
}

function late(): Error & { code: string; bytesParsed: number; rawPacket: { type: string; data: [] } } {
  const error = new Error('The body of a request did not arrive in time.')
  return Object.assign(error, {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
    bytesParsed: 0,
    rawPacket: { type: 'Buffer', data: [] as [] },
  })
}
