import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { after, test } from 'node:test'
import { createOutgoing, type OutgoingOptions } from './client.ts'
import type { OutgoingOutcome, OutgoingRequest } from './exchange.ts'
import { certificate, certifiedName, startReceiver, startTlsReceiver } from './testing/receiver.ts'

const patient = { connectMs: 10_000, readMs: 10_000, totalMs: 10_000 }

function outgoing(options: Partial<OutgoingOptions> = {}) {
  const made = createOutgoing({ allowPrivate: true, ...options })
  after(() => made.close())
  return made
}

function post(url: string, change: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { url, method: 'POST', headers: {}, body: '{}', timeouts: patient, maxResponseBytes: 1024, ...change }
}

function answered(outcome: OutgoingOutcome) {
  assert.ok('status' in outcome, JSON.stringify(outcome))
  return outcome
}

test('sends method, URL, headers and body as they are and answers with plain data', async () => {
  const seen: { line: string; headers: IncomingHttpHeaders; body: string }[] = []
  const { port } = await startReceiver(async (request, response) => {
    const chunks = await request.toArray()
    const line = `${request.method} ${request.url}`
    seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(201, { 'X-Answer': 'yes', 'Set-Cookie': ['a=1', 'b=2'] }).end('Merci, reçu')
  })
  const url = `http://127.0.0.1:${port}/hook?q='x'&r=%7e"<ü>#rc=3`
  const outcome = answered(await outgoing().send(post(url, { headers: { 'X-Ask': 'please' }, body: '{"a":"ü"}' })))
  assert.equal(seen[0]?.line, `POST /hook?q='x'&r=%7e"<%C3%BC>`)
  assert.equal(seen[0].headers['x-ask'], 'please')
  assert.equal(seen[0].headers.host, `127.0.0.1:${port}`)
  assert.equal(seen[0].body, '{"a":"ü"}')
  assert.equal(outcome.status, 201)
  assert.equal(outcome.headers['x-answer'], 'yes')
  assert.equal(outcome.headers['set-cookie'], 'a=1, b=2')
  assert.equal(outcome.body, 'Merci, reçu')
  assert.equal(outcome.truncated, false)
  assert.equal(outcome.remoteAddress, '127.0.0.1')
  assert.ok(outcome.latencyMs >= 0)
  assert.deepEqual(structuredClone(outcome), outcome)
})

test('sends a GET without body', async () => {
  const { port } = await startReceiver((request, response) => {
    response.end(`${request.method} ${request.headers['content-length'] ?? 'none'}`)
  })
  const { body: _, ...get } = post(`http://127.0.0.1:${port}/`, { method: 'GET' })
  assert.equal(answered(await outgoing().send(get)).body, 'GET none')
})

test('answers with a redirect rather than following it', async () => {
  const elsewhere = await startReceiver((_, response) => response.end('elsewhere'))
  for (const status of [301, 302, 303, 307, 308]) {
    const { port } = await startReceiver((_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end()
    })
    assert.equal(answered(await outgoing().send(post(`http://127.0.0.1:${port}/`))).status, status)
  }
  assert.equal(elsewhere.connections(), 0)
})

test('keeps a connection for the next request to the same origin', async () => {
  const receiver = await startReceiver((_, response) => response.end('ok'))
  const { send } = outgoing()
  for (let n = 0; n < 5; n++) answered(await send(post(`http://127.0.0.1:${receiver.port}/${n}`)))
  assert.equal(receiver.connections(), 1)
})

test('opens a connection for each of several requests at once, and uses them again', async () => {
  const receiver = await startReceiver((_, response) => response.end('ok'))
  const { send } = outgoing()
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send(post(`http://127.0.0.1:${receiver.port}/${n}`))),
    )
    for (const outcome of outcomes) assert.equal(answered(outcome).status, 200)
  }
  assert.equal(receiver.connections(), 20)
})

test('does not use a connection again that the receiver closes', async () => {
  const receiver = await startReceiver((_, response) => response.writeHead(200, { connection: 'close' }).end('ok'))
  const { send } = outgoing()
  for (let n = 0; n < 3; n++) assert.equal(answered(await send(post(`http://127.0.0.1:${receiver.port}/`))).status, 200)
  assert.equal(receiver.connections(), 3)
})

test('asks for the address of a host at every attempt, once for those that wait together', async () => {
  const receiver = await startReceiver((_, response) => response.end('ok'))
  let questions = 0
  const resolve = async () => {
    questions += 1
    return ['127.0.0.1']
  }
  const { send } = outgoing({ resolve })
  const url = `http://quill.example.test:${receiver.port}/`
  await Promise.all([send(post(url)), send(post(url)), send(post(url))])
  assert.equal(questions, 1)
  await send(post(url))
  await send(post(url))
  assert.equal(questions, 3)
})

test('tries the next address of a host when one does not answer', async () => {
  const receiver = await startReceiver((_, response) => response.end('ok'), '127.0.0.2')
  const { send } = outgoing({ resolve: async () => ['127.0.0.3', '127.0.0.2'] })
  const outcome = answered(await send(post(`http://quill.example.test:${receiver.port}/`)))
  assert.equal(outcome.remoteAddress, '127.0.0.2')
})

test('asks the operating system when given no resolver', async () => {
  const { port } = await startReceiver((_, response) => response.end('ok'), 'localhost')
  assert.equal(answered(await outgoing().send(post(`http://localhost:${port}/`))).status, 200)
})

test('speaks TLS with receivers whose certificate names them', async () => {
  const { port } = await startTlsReceiver((_, response) => response.end('ok'))
  const { send } = outgoing({ ca: [certificate], resolve: async () => ['127.0.0.1'] })
  for (const host of ['127.0.0.1', certifiedName, `${certifiedName}.`]) {
    assert.equal(answered(await send(post(`https://${host}:${port}/`))).status, 200, host)
  }
})

test('keeps the beginning of a long body and reads the rest away, so that the connection lives on', async () => {
  const receiver = await startReceiver((_, response) => response.end('x'.repeat(30_000)))
  const { send } = outgoing()
  for (let n = 0; n < 2; n++) {
    const { body, truncated } = answered(await send(post(`http://127.0.0.1:${receiver.port}/`)))
    assert.equal(body, 'x'.repeat(1024))
    assert.equal(truncated, true)
  }
  assert.equal(receiver.connections(), 1)
})

test('hangs up on a body without end, and answers with what it kept', async () => {
  const ended = Promise.withResolvers<void>()
  const { port } = await startReceiver((_, response) => {
    const chunk = Buffer.alloc(16_384, 'x')
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', write).on('close', () => ended.resolve())
    write()
  })
  const { status, body, truncated } = answered(await outgoing().send(post(`http://127.0.0.1:${port}/`)))
  assert.deepEqual([status, body.length, truncated], [200, 1024, true])
  await ended.promise
})

test('keeps no half of a character', async () => {
  const { port } = await startReceiver((_, response) => response.end('aé'))
  const { send } = outgoing()
  for (const [maxResponseBytes, body] of [
    [0, ''],
    [1, 'a'],
    [2, 'a'],
    [3, 'aé'],
  ] as const) {
    const outcome = answered(await send(post(`http://127.0.0.1:${port}/`, { maxResponseBytes })))
    assert.equal(outcome.body, body)
    assert.equal(outcome.truncated, maxResponseBytes < 3)
  }
})

test('waits on closing for what is under way and takes no more', async () => {
  const arrived = Promise.withResolvers<() => void>()
  const { port } = await startReceiver((_, response) => arrived.resolve(() => response.end('ok')))
  const { send, close } = createOutgoing({ allowPrivate: true })
  const sent = send(post(`http://127.0.0.1:${port}/`))
  const answer = await arrived.promise
  let isClosed = false
  const closing = close().then(() => {
    isClosed = true
  })
  const late = await send(post(`http://127.0.0.1:${port}/`))
  assert.equal('error' in late && late.error, 'aborted')
  assert.equal(isClosed, false)
  answer()
  assert.equal(answered(await sent).status, 200)
  await closing
})
