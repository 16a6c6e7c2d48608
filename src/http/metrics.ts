import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Store } from '../store/store.ts'

/** What operators watch, in the Prometheus text format at /metrics. */
export function installMetrics(app: FastifyInstance, store: Store): Registry {
  const registry = new Registry()
  const requests = new Histogram({
    name: 'skein_http_request_seconds',
    help: 'Time from request to answer, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  const labelled = new Map<string, ReturnType<typeof requests.labels>>()
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const route = routeOptions.url ?? 'unknown'
    const name = `${method} ${route} ${reply.statusCode}`
    let one = labelled.get(name)
    if (!one) {
      one = requests.labels({ method, route, status: reply.statusCode })
      labelled.set(name, one)
    }
    one.observe(reply.elapsedTime / 1000)
    done()
  })
  for (const [name, help] of [
    ['waiting', 'Transactions waiting for the writer or a connection.'],
    ['transactions', 'Transactions begun.'],
    ['commits', 'Commits made.'],
    ['retries', 'Transactions run again.'],
    ['commitSeconds', 'Seconds spent in commits.'],
  ] as const) {
    new Gauge({
      name: `skein_store_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      help,
      registers: [registry],
      collect() {
        this.set(store.statistics[name])
      },
    })
  }
  return Registry.merge([metricsOfProcess(), registry])
}

let ofProcess: Registry | undefined

/** Once a process, however many apps it has: each collection keeps a timer and an observer at work that nothing can end. */
function metricsOfProcess(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
