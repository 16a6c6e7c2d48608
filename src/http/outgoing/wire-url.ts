/** A URL in the parts that go on the wire. What is signed is `href`, what is called is `origin` and `path`: the same bytes. */
export interface WireUrl {
  /** `https:` and the like. */
  protocol: string
  /** Lower case, in ASCII, IPv6 addresses without brackets. */
  hostname: string
  port: number
  /** Without a default port. */
  origin: string
  /** The path and the query. */
  path: string
  href: string
  /** Whether a user or a password was written, which is part of none of the above. */
  hasUserInfo: boolean
}

const defaultPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 }

/**
 * Scheme, host and path as every client normalises them; the query byte for byte as it was written, except for what cannot
 * stand in a request line. Fragment and user info are left out. Undefined if the text is no absolute URL with a host.
 */
export function parseWireUrl(text: string): WireUrl | undefined {
  if (!plain.test(text)) return withPath(parseBase(text), queryOf(text))
  // Callbacks to one place differ in their query only, which is as it was written.
  const [beforeFragment = ''] = text.split('#', 1)
  const start = beforeFragment.indexOf('?')
  const base = start === -1 ? beforeFragment : beforeFragment.slice(0, start)
  let known = bases.get(base)
  if (!known) {
    known = { parts: parseBase(base) }
    if (bases.size >= maxBases) bases.clear()
    bases.set(base, known)
  }
  return withPath(known.parts, start === -1 ? '' : beforeFragment.slice(start))
}

type Base = Omit<WireUrl, 'path' | 'href'> & { pathname: string }

/** Nothing that a parser would pass over, trim or escape in a query. */
const plain = /^[\x21-\x7e]+$/
const maxBases = 1_000
/** What was parsed before, by everything in front of the query. */
const bases = new Map<string, { parts: Base | undefined }>()

function parseBase(text: string): Base | undefined {
  const url = URL.parse(text)
  const defaultPort = defaultPorts[url?.protocol ?? '']
  if (!url || defaultPort === undefined) return undefined
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    origin: `${url.protocol}//${url.host}`,
    hasUserInfo: url.username !== '' || url.password !== '',
    pathname: url.pathname,
  }
}

function withPath(base: Base | undefined, query: string): WireUrl | undefined {
  if (!base) return undefined
  const { protocol, hostname, port, origin, hasUserInfo, pathname } = base
  const path = pathname + query
  return { protocol, hostname, port, origin, hasUserInfo, path, href: origin + path }
}

/** Adds parameters, already encoded, behind a URL's query, which stays as it is. The URL must have no fragment. */
export function withQuery(url: string, parameters: string): string {
  const start = url.indexOf('?')
  if (start === -1) return `${url}?${parameters}`
  const isOpen = start === url.length - 1 || url.endsWith('&')
  return isOpen ? url + parameters : `${url}&${parameters}`
}

/** The question mark included, or nothing. Like every URL parser it passes over line breaks and tabs, and blanks at the end. */
function queryOf(text: string): string {
  const [beforeFragment = ''] = text.split('#', 1)
  const start = beforeFragment.indexOf('?')
  if (start === -1) return ''
  const query = beforeFragment.slice(start).replaceAll(/[\t\n\r]/g, '')
  const written = text.includes('#') ? query : query.replace(/[\0-\x20]+$/, '')
  return written.toWellFormed().replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
}
