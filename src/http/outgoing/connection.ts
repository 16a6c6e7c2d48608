import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Client, type Dispatcher } from 'undici'
import { type Admission, canonicalAddress, type Guard } from './guard.ts'
import { messageOf, Trouble } from './trouble.ts'

export interface ConnectionOptions {
  admission: Admission
  guard: Guard
  /** Trusted in place of the authorities that Node trusts. */
  ca?: readonly string[]
}

const idleMs = 4_000
const longestIdleMs = 60_000

/**
 * One connection, kept alive between requests. It goes to the addresses that were admitted and nowhere else: the host is
 * never resolved again, and the socket's far end is judged once more before a byte is sent.
 */
export class Connection {
  readonly origin: string
  /** Runs when the connection is lost or given back by the other side. */
  onLost: () => void = () => {}
  readonly #options: ConnectionOptions
  readonly #client: Client
  #connectMs = 0
  #peer: string | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.origin = options.admission.url.origin
    this.#client = new Client(this.origin, {
      allowH2: false,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: longestIdleMs,
      connect: (_, callback) => this.#connect(callback),
    })
    this.#client.on('disconnect', () => {
      this.#peer = undefined
      this.onLost()
    })
  }

  /** The address at the far end while there is a connection. */
  get peer(): string | undefined {
    return this.#peer
  }

  dispatch(
    request: Omit<Dispatcher.DispatchOptions, 'origin'>,
    handler: Dispatcher.DispatchHandler,
    connectMs: number,
  ): void {
    this.#connectMs = connectMs
    this.#client.dispatch(request, handler)
  }

  destroy(): void {
    this.#client.destroy(new Trouble('aborted', 'The connection is no longer needed.')).catch(() => {})
  }

  #connect(callback: (...args: [null, Socket] | [Error, null]) => void): void {
    const { admission } = this.#options
    const connectMs = this.#connectMs
    const socket = this.#open()
    let isConnected = false
    let isHandedOver = false
    const timer = setTimeout(
      () => socket.destroy(new Trouble('connect_timeout', `no connection within ${connectMs} ms`)),
      connectMs,
    )
    socket.once('connect', () => {
      isConnected = true
      if (this.#admits(socket.remoteAddress)) return
      socket.destroy(
        new Trouble('refused_address', `${admission.url.hostname} led to an address that was not admitted`),
      )
    })
    socket.once(admission.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      if (socket.destroyed) return
      isHandedOver = true
      this.#peer = socket.remoteAddress
      callback(null, socket)
    })
    socket.on('error', (error) => {
      clearTimeout(timer)
      if (!isHandedOver) callback(connectTrouble(error, isConnected), null)
    })
  }

  #open(): Socket {
    const { admission, ca } = this.#options
    const { protocol, hostname, port } = admission.url
    const target = {
      host: hostname,
      port,
      lookup: pinnedLookup(admission.addresses),
      autoSelectFamily: true,
      noDelay: true,
    }
    if (protocol === 'http:') return connectPlain(target)
    return connectTls({
      ...target,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, '') } : {}),
      ...(ca === undefined ? {} : { ca: [...ca] }),
    })
  }

  #admits(address: string | undefined): boolean {
    const { admission, guard } = this.#options
    if (address === undefined || !guard.admits(address)) return false
    return admission.addresses.some((admitted) => canonicalAddress(admitted) === canonicalAddress(address))
  }
}

/** Answers what was admitted, whatever the host name means by now. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_, options, callback) => {
    const [first] = answers
    if (options.all) callback(null, answers)
    else callback(null, first?.address ?? '', first?.family)
  }
}

function connectTrouble(error: Error, isConnected: boolean): Trouble {
  if (error instanceof Trouble) return error
  return new Trouble(isConnected ? 'tls' : 'connect', messageOf(error), { cause: error })
}
