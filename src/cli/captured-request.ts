import { ConfigError } from '../config.ts'

/** A request as it was received. */
export interface CapturedRequest {
  /** What it may have been called by, the likeliest first; none if it does not tell its host. */
  urls: string[]
  /** Names in lower case. */
  headers: Record<string, string>
  body: Buffer
}

/**
 * Reads an HTTP/1 request as it stands on the wire; lines may also end without carriage returns, as editors leave them.
 * The body ends where `Content-Length` says.
 */
export function parseCapturedRequest(bytes: Buffer): CapturedRequest {
  const { head, body } = split(bytes)
  const [requestLine = '', ...lines] = head.split(/\r?\n/)
  const [, target] = /^[A-Z]+ (\S+)( HTTP\/\d(\.\d)?)?$/.exec(requestLine.trim()) ?? []
  if (target === undefined) throw new ConfigError('The request must begin with a line such as POST /hook HTTP/1.1.')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new ConfigError(`This is not a header: ${line}`)
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  const length = headers['content-length']
  return {
    urls: urlsOf(target, headers),
    headers,
    body: length === undefined ? body : body.subarray(0, Number(length)),
  }
}

function split(bytes: Buffer): { head: string; body: Buffer } {
  // In Latin-1 every byte is one character, so places in the text are places in the bytes.
  const text = bytes.toString('latin1')
  const gap = /\r?\n\r?\n/.exec(text)
  if (!gap) return { head: text.trimEnd(), body: Buffer.alloc(0) }
  return { head: text.slice(0, gap.index), body: bytes.subarray(gap.index + gap[0].length) }
}

function urlsOf(target: string, headers: Record<string, string>): string[] {
  if (/^https?:\/\//i.test(target)) return [target]
  const host = headers['x-forwarded-host'] ?? headers.host
  if (host === undefined) return []
  const scheme = headers['x-forwarded-proto']
  return (scheme === undefined ? ['https', 'http'] : [scheme]).map((each) => `${each}://${host}${target}`)
}
