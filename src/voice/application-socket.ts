import type { LookupFunction } from 'node:net'
import { WebSocket } from 'ws'
import { signTwilio } from '../events/signature.ts'
import type { Guard } from '../http/outgoing/guard.ts'
import { parseWireUrl } from '../http/outgoing/wire-url.ts'
import { version } from '../kernel/version.ts'
import { maxFrameBytes } from './domain/frames.ts'

export interface SocketOptions {
  guard: Guard
  url: string
  authToken: string
  connectMs: number
}

/** Called in the moment in which the socket is open: what the application sent with its acceptance comes right after. */
export type OnOpen = (socket: WebSocket) => void

/**
 * Opens the WebSocket of a relay session as the vendor does: signed, and only to where the guard lets it. The host is not
 * resolved again after it has been judged. Answers why there is no socket, and undefined once there is one.
 */
export async function dialApplication(
  { guard, url, authToken, connectMs }: SocketOptions,
  onOpen: OnOpen,
): Promise<string | undefined> {
  const admission = await guard.check(url, ['ws:', 'wss:'])
  if ('error' in admission) return admission.detail
  const families = admission.addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const lookup: LookupFunction = (_, { all }, callback) => {
    const [first] = families
    if (all) callback(null, families)
    else callback(null, first?.address ?? '', first?.family)
  }
  const socket = new WebSocket(admission.url.href, {
    headers: { 'X-Twilio-Signature': signatureOf(url, authToken), 'User-Agent': `Skein/${version}` },
    handshakeTimeout: connectMs,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    lookup,
  } as ConstructorParameters<typeof WebSocket>[2])
  return new Promise((resolve) => {
    socket.once('upgrade', ({ socket: { remoteAddress } }) => {
      if (remoteAddress !== undefined && guard.admits(remoteAddress)) return
      socket.terminate()
    })
    socket.once('open', () => {
      socket.removeAllListeners('error')
      // An error is followed by the close, which says enough.
      socket.on('error', () => {})
      onOpen(socket)
      resolve(undefined)
    })
    socket.once('error', (error) => resolve(error.message))
  })
}

/** Over the URL without its query, and the query's parameters as if they were a form's. */
function signatureOf(url: string, authToken: string): string {
  const href = parseWireUrl(url)?.href ?? url
  const [plain = '', query = ''] = href.split('?', 2)
  const params = Object.fromEntries(new URLSearchParams(query))
  return signTwilio({ url: plain, authToken, params })
}
