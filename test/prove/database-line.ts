import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What stands between servers and their database, and can be cut at any instant: what was under way then is known to nobody. */
export class DatabaseLine {
  /** The database's address by way of this line. */
  readonly url: string
  readonly #close: () => Promise<void>
  readonly #sockets: Set<Socket>
  #isCut = false
  #isSilent = false

  private constructor(url: string, sockets: Set<Socket>, close: () => Promise<void>) {
    this.url = url
    this.#sockets = sockets
    this.#close = close
  }

  static async to(database: string): Promise<DatabaseLine> {
    const target = new URL(database)
    const sockets = new Set<Socket>()
    const server = createServer((near) => {
      if (line.#isCut) return near.destroy()
      const far = connect(Number(target.port), target.hostname)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one)
        one.on('data', (bytes) => other.write(bytes))
        if (line.#isSilent) one.pause()
        one.on('error', () => {})
        one.once('close', () => {
          sockets.delete(one)
          other.destroy()
        })
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(database)
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const line = new DatabaseLine(url.href, sockets, async () => {
      line.cut()
      server.close()
      await once(server, 'close')
    })
    return line
  }

  /** Ends every connection at once, and lets none begin. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Carries nothing any more, and says nothing of it. */
  silence(): void {
    this.#isSilent = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Carries what has waited, and whatever comes. */
  mend(): void {
    this.#isCut = false
    this.#isSilent = false
    for (const socket of this.#sockets) socket.resume()
  }

  close(): Promise<void> {
    return this.#close()
  }
}
