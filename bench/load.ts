import autocannon from 'autocannon'
import { percentile } from './median.ts'

export interface Load {
  url: string
  headers: Record<string, string>
  /** Prepared before the clock starts, so that the generator costs the same whatever is measured. */
  requests: readonly Prepared[]
  seconds: number
  connections: number
  /** Whether requests may be sent again once all have been. */
  repeat?: boolean
}

export interface Prepared {
  path: string
  /** JSON to post; without one the path is fetched. */
  body?: string
}

export interface Measured {
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** Sends as fast as the server answers, one request at a time on each connection. Throws when anything but 200 came back. */
export async function send({ url, headers, requests, seconds, connections, repeat = false }: Load): Promise<Measured> {
  const prepared = requests.map(({ path, body }) =>
    body === undefined ? { method: 'GET' as const, path, headers } : { method: 'POST' as const, path, body, headers },
  )
  const unsent = new Map<object, number>()
  const latenciesMs: number[] = []
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    requests: prepared.slice(0, 1),
    setupClient: (client) => {
      // Dealt out like cards: each request is sent once, and neighbours go to different connections.
      const own = prepared.filter((_, at) => at % connections === unsent.size)
      unsent.set(client, own.length)
      client.setRequests(own)
    },
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error, outcome) => (error ? reject(error) : resolve(outcome)))
    instance.on('response', (client, _status, _bytes, ms) => {
      latenciesMs.push(ms)
      unsent.set(client, (unsent.get(client) ?? 0) - 1)
    })
  })
  const failed = result.errors + result.timeouts + result.non2xx
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests failed.`)
  if (!repeat && [...unsent.values()].some((left) => left <= 0)) {
    throw new Error(`${requests.length} prepared requests were too few for ${seconds} s.`)
  }
  const sorted = Float64Array.from(latenciesMs).sort()
  return {
    requests: sorted.length,
    perSecond: sorted.length / result.duration,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
  }
}
