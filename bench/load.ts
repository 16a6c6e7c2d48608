import autocannon from 'autocannon'
import { percentile } from './median.ts'

export interface Load {
  url: string
  headers: Record<string, string>
  /** The next request; asked for when a connection is free. */
  next: () => Prepared
  seconds: number
  /** Ends the sending before its time. */
  ended?: Promise<unknown>
  connections: number
  /** The status that a request is answered with; 200 if left out. */
  expected?: number
  /** No more than this many requests a second; default: as many as are answered. */
  offeredPerSecond?: number
}

export interface Prepared {
  path: string
  /** JSON to post; without one the path is fetched. */
  body?: string
  /** In place of those of the load, by name. */
  headers?: Record<string, string>
}

export interface Measured {
  requests: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** Sends as fast as the server answers, one request at a time on each connection. Throws when anything but what was expected came back. */
export async function send({
  url,
  headers,
  next,
  seconds,
  ended,
  connections,
  offeredPerSecond,
  expected = 200,
}: Load): Promise<Measured> {
  const latenciesMs: number[] = []
  let strange = 0
  const setupRequest = (request: autocannon.Request) => {
    const { path, body, headers: own } = next()
    const all = own ? { ...headers, ...own } : headers
    return { ...request, path, headers: all, method: body === undefined ? ('GET' as const) : ('POST' as const), body }
  }
  const options: autocannon.Options = {
    url,
    connections,
    duration: seconds,
    requests: [{ setupRequest }],
    ...(offeredPerSecond === undefined ? {} : { overallRate: offeredPerSecond }),
  }
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error, outcome) => (error ? reject(error) : resolve(outcome)))
    const stop = () => (instance as autocannon.Instance & { stop(): void }).stop()
    ended?.then(stop, stop)
    instance.on('response', (_client, status, _bytes, ms) => {
      latenciesMs.push(ms)
      if (status !== expected) strange += 1
    })
  })
  const failed = result.errors + result.timeouts + strange
  if (failed > 0) {
    const causes = `${result.timeouts} not answered in time, ${result.errors} errors, ${strange} not answered with ${expected}`
    throw new Error(`Not all of ${result.requests.total} requests succeeded: ${causes}.`)
  }
  const sorted = Float64Array.from(latenciesMs).sort()
  return {
    requests: sorted.length,
    perSecond: sorted.length / result.duration,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
  }
}
