/** Which failures are retried: statuses, failed connections (`ct`), and connections on which no whole answer came (`rt`). */
export type RetryClass = '4xx' | '5xx' | 'ct' | 'rt'

/** What a callback URL's fragment says about its own delivery. What it does not say is absent. */
export interface UrlOverrides {
  connectMs?: number
  readMs?: number
  totalMs?: number
  /** Attempts after the first. */
  retries?: number
  retryOn?: readonly RetryClass[]
}

const retryClasses = ['4xx', '5xx', 'ct', 'rt'] as const

const numbers = [
  { key: 'ct', name: 'connectMs', least: 100, most: 10_000 },
  { key: 'rt', name: 'readMs', least: 100, most: 15_000 },
  { key: 'tt', name: 'totalMs', least: 100, most: 15_000 },
  { key: 'rc', name: 'retries', least: 0, most: 5 },
] as const

/**
 * Reads the connection overrides of the published webhooks, `#ct=2000&rt=4000&tt=9000&rc=3&rp=5xx,ct`, and answers the URL
 * without its fragment. Numbers outside their range are taken to its nearest end; what cannot be read is as if not there.
 */
export function parseUrlOverrides(text: string): { url: string; overrides: UrlOverrides } {
  const at = text.indexOf('#')
  if (at === -1) return { url: text, overrides: {} }
  const given = new URLSearchParams(text.slice(at + 1))
  const overrides: UrlOverrides = {}
  for (const { key, name, least, most } of numbers) {
    const value = given.get(key)?.trim() ?? ''
    if (/^\d+$/.test(value)) overrides[name] = Math.min(Math.max(Number(value), least), most)
  }
  const retryOn = readRetryOn(given.get('rp') ?? '')
  if (retryOn.length > 0) overrides.retryOn = retryOn
  return { url: text.slice(0, at), overrides }
}

function readRetryOn(text: string): readonly RetryClass[] {
  const words = text.split(',').map((word) => word.trim().toLowerCase())
  return words.includes('all') ? retryClasses : retryClasses.filter((name) => words.includes(name))
}
