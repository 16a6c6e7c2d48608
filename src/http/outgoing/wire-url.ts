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
}

const defaultPorts: Record<string, number> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 }

/**
 * Scheme, host and path as every client normalises them; the query byte for byte as it was written, except for what cannot
 * stand in a request line. Fragment and user info are left out. Undefined if the text is no absolute URL with a host.
 */
export function parseWireUrl(text: string): WireUrl | undefined {
  const url = URL.parse(text)
  const defaultPort = defaultPorts[url?.protocol ?? '']
  if (!url || defaultPort === undefined) return undefined
  const origin = `${url.protocol}//${url.host}`
  const path = url.pathname + queryOf(text)
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    origin,
    path,
    href: origin + path,
  }
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
