/**
 * Why a request got no whole answer, in one word:
 *
 * - `bad_url`: not a URL of an allowed scheme, or with port 0, or with user info
 * - `refused_address`: the host is, or resolves to, an address that the guard refuses
 * - `dns`: the host cannot be resolved, or not in time
 * - `connect`: refused or unreachable
 * - `connect_timeout`: no connection, TLS included, within its time
 * - `tls`: the handshake failed, as with a certificate that does not hold
 * - `read_timeout`: connected, but silent for too long
 * - `total_timeout`: not done within the time for everything
 * - `reset`: the connection was lost before the whole answer had come
 * - `protocol`: what came was not HTTP, or not what can be asked or answered with it
 * - `aborted`: given up by ourselves
 */
export type TroubleWord =
  | 'bad_url'
  | 'refused_address'
  | 'dns'
  | 'connect'
  | 'connect_timeout'
  | 'tls'
  | 'read_timeout'
  | 'total_timeout'
  | 'reset'
  | 'protocol'
  | 'aborted'

/** Trouble on the way of a request; where it is known at once, the word travels with the error. */
export class Trouble extends Error {
  readonly word: TroubleWord

  constructor(word: TroubleWord, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Trouble'
    this.word = word
  }
}

/** The word for an error that came while a request was on its connection. */
export function troubleWordOf(error: Error): TroubleWord {
  if (error instanceof Trouble) return error.word
  const code = 'code' in error ? String(error.code) : ''
  if (/^ERR_(SSL|TLS)_/.test(code)) return 'tls'
  if (code === 'UND_ERR_SOCKET' && error.message === 'bad upgrade') return 'protocol'
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ? 'reset' : 'protocol'
}

/** An error in words, those within it included, as when several addresses were tried. */
export function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((part: unknown) => (part instanceof Error ? part.message : String(part))).join('; ')
  }
  return error.message || error.name
}
