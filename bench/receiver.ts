import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyTwilio } from '../src/events/signature.ts'
import { percentile } from './median.ts'
import type { Arrivals, Lag } from './receiver-process.ts'

/**
 * A receiver of webhooks that does as little as one can: it counts what arrives by path, and checks the signature of one in
 * a hundred. What is posted to `/silent` it never answers.
 */
const authToken = process.env.AUTH_TOKEN ?? ''
const checkedEvery = 100

let arrivals: Arrivals
let lagsMs: number[]
let requests = 0
forget()

const server = createServer((request, response) => {
  const [path = ''] = (request.url ?? '').split('?', 1)
  if (path.startsWith('/control/')) control(path, response)
  else if (path !== '/silent') receive(request, response, path)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log(`The receiver listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.once('SIGTERM', () => process.exit())

function receive(request: IncomingMessage, response: ServerResponse, path: string): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    requests += 1
    if (requests % checkedEvery === 0) check(request, body)
    count(path, body)
    response.writeHead(204).end()
  })
}

function count(path: string, body: Buffer): void {
  const at = Date.now()
  arrivals.paths[path] = { count: (arrivals.paths[path]?.count ?? 0) + 1, lastAt: at }
  const timestamp = /"timestamp":"([^"]+)"/.exec(body.toString('latin1', 0, 120))?.[1] ?? ''
  lagsMs.push(at - Date.parse(timestamp))
}

function check({ headers, url = '' }: IncomingMessage, body: Buffer): void {
  const signature = headers['x-twilio-signature']?.toString()
  const { valid } = verifyTwilio({ url: `http://${headers.host}${url}`, signature, authToken, body })
  arrivals.checked += 1
  if (!valid || !headers['webhook-signature']) arrivals.wronglySigned += 1
}

function control(path: string, response: ServerResponse): void {
  if (path === '/control/forget') forget()
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(path === '/control/lag' ? lag() : arrivals))
}

function lag(): Lag {
  const sorted = Float64Array.from(lagsMs).sort()
  return { p50Ms: percentile(sorted, 50), p99Ms: percentile(sorted, 99) }
}

function forget(): void {
  arrivals = { paths: {}, checked: 0, wronglySigned: 0 }
  lagsMs = []
}
