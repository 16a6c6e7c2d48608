import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { after } from 'node:test'

const fixture = (name: string) => readFileSync(new URL(`../../../../test/fixtures/${name}`, import.meta.url), 'utf8')

/** A certificate for `localhost`, `127.0.0.1` and two names of the vendor, which vouches for itself. */
export const certificate = fixture('tls-cert.pem')
/** A name that the certificate is good for and that no machine has as its own. */
export const certifiedName = 'memory.twilio.com'

export interface Receiver {
  port: number
  /** How often somebody connected. */
  connections: () => number
}

/** A server that lives until the tests of the file are over. */
export function startReceiver(onRequest: RequestListener, address?: string): Promise<Receiver> {
  return listen(createHttpServer(onRequest), address)
}

export function startTlsReceiver(onRequest: RequestListener, address?: string, port?: number): Promise<Receiver> {
  return listen(createHttpsServer({ cert: certificate, key: fixture('tls-key.pem') }, onRequest), address, port)
}

/** A server of whatever bytes. */
export function startRawReceiver(onSocket: (socket: Socket) => void, address?: string): Promise<Receiver> {
  return listen(createServer(onSocket), address)
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listen(server: Server, address = '127.0.0.1', port = 0): Promise<Receiver> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    // Senders that give up are part of what is tested.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}
