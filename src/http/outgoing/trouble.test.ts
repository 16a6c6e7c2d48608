import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, test } from 'node:test'
import { createOutgoing, type OutgoingOptions } from './client.ts'
import type { OutgoingRequest } from './exchange.ts'
import { certificate, freePort, startRawReceiver, startTlsReceiver } from './testing/receiver.ts'
import { messageOf, type TroubleWord } from './trouble.ts'

const patient = { connectMs: 10_000, readMs: 10_000, totalMs: 10_000 }
const never = new Promise<never>(() => {})

async function sendAndFail(
  expected: TroubleWord,
  url: string,
  change: Partial<OutgoingRequest> = {},
  options: Partial<OutgoingOptions> = {},
): Promise<string> {
  const { send, close } = createOutgoing({ allowPrivate: true, ...options })
  const request = { method: 'POST', headers: {}, body: '{}', timeouts: patient, maxResponseBytes: 1024 } as const
  const outcome = await send({ ...request, url, ...change })
  await close()
  assert.ok('error' in outcome, JSON.stringify(outcome))
  assert.equal(outcome.error, expected, outcome.detail)
  assert.ok(outcome.latencyMs >= 0)
  assert.deepEqual(structuredClone(outcome), outcome)
  return outcome.detail
}

/** What a receiver does once the request has come. */
const onceAsked = (answer: (socket: Socket) => void) => (socket: Socket) =>
  void socket.once('data', () => answer(socket))
const head = 'HTTP/1.1 200 OK\r\n'

const answers: [string, TroubleWord, (socket: Socket) => void, Partial<typeof patient>?][] = [
  ['says nothing', 'read_timeout', () => {}, { readMs: 50 }],
  ['stops in the middle of its headers', 'read_timeout', (socket) => void socket.write(head), { readMs: 50 }],
  [
    'stops in the middle of its body',
    'read_timeout',
    (socket) => void socket.write(`${head}Content-Length: 9\r\n\r\nabc`),
    { readMs: 50 },
  ],
  ['sends its headers bit by bit', 'read_timeout', (socket) => drip(socket, head, 'X-A: b\r\n'), { readMs: 100 }],
  [
    'sends its body bit by bit',
    'total_timeout',
    (socket) => drip(socket, `${head}Content-Length: 999999\r\n\r\n`, 'x'),
    { totalMs: 150 },
  ],
  ['says nothing for as long as everything may take', 'total_timeout', () => {}, { totalMs: 50 }],
  ['hangs up', 'reset', (socket) => void socket.end()],
  ['resets the connection', 'reset', (socket) => void socket.resetAndDestroy()],
  ['hangs up in the middle of its body', 'reset', (socket) => void socket.end(`${head}Content-Length: 9\r\n\r\nabc`)],
  ['hangs up in the middle of its headers', 'reset', (socket) => void socket.end(`${head}X-A: `)],
  ['speaks another protocol', 'protocol', (socket) => void socket.end('220 mail.example.test ESMTP\r\n')],
  ['sends more headers than there can be', 'protocol', (socket) => drip(socket, head, `X-A: ${'b'.repeat(8000)}\r\n`)],
  [
    'changes to a protocol that nobody asked for',
    'protocol',
    (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
]

for (const [name, expected, answer, timeouts] of answers) {
  test(`says ${expected} when a receiver ${name}`, async () => {
    const { port } = await startRawReceiver(onceAsked(answer))
    await sendAndFail(expected, `http://127.0.0.1:${port}/`, { timeouts: { ...patient, ...timeouts } })
  })
}

test('says bad_url of what is none', async () => {
  for (const url of ['', 'hook', 'ftp://a.example.test/', 'http://a.example.test:0/', 'http://a:b@a.example.test/']) {
    await sendAndFail('bad_url', url)
  }
})

test('says dns when a host has no address, cannot be asked for, or is not answered in time', async () => {
  const url = 'http://quill.example.test/'
  const fail = async () => {
    throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
  }
  assert.match(await sendAndFail('dns', url, {}, { resolve: fail }), /ENOTFOUND/)
  await sendAndFail('dns', url, {}, { resolve: async () => [] })
  await sendAndFail('dns', url, {}, { resolve: () => Promise.reject('no') })
  const timeouts = { ...patient, connectMs: 30 }
  assert.match(await sendAndFail('dns', url, { timeouts }, { resolve: () => never }), /30 ms/)
})

test('says dns of a name that the operating system does not know', async () => {
  await sendAndFail('dns', 'http://nowhere.invalid/')
})

test('says refused_address of a private one, without telling which it was', async () => {
  const options = { allowPrivate: false, resolve: async () => ['10.1.2.3'] }
  assert.doesNotMatch(await sendAndFail('refused_address', 'https://quill.example.test/', {}, options), /10\.1/)
})

test('says connect when nobody listens, with a reason for each address', async () => {
  const port = await freePort()
  assert.match(await sendAndFail('connect', `http://127.0.0.1:${port}/`), /ECONNREFUSED/)
  const options = { resolve: async () => ['127.0.0.1', '127.0.0.2'] }
  const detail = await sendAndFail('connect', `http://quill.example.test:${port}/`, {}, options)
  assert.match(detail, /127\.0\.0\.1.*; .*127\.0\.0\.2/)
})

test('says connect_timeout when a handshake does not end in time', async () => {
  const { port } = await startRawReceiver(() => {})
  const timeouts = { ...patient, connectMs: 50 }
  assert.match(await sendAndFail('connect_timeout', `https://127.0.0.1:${port}/`, { timeouts }), /50 ms/)
})

test('says total_timeout when time is up before there is a connection', async () => {
  const { port } = await startRawReceiver(() => {})
  await sendAndFail('total_timeout', `https://127.0.0.1:${port}/`, { timeouts: { ...patient, totalMs: 50 } })
  const resolve = () => never
  await sendAndFail(
    'total_timeout',
    'http://quill.example.test/',
    { timeouts: { ...patient, totalMs: 30 } },
    { resolve },
  )
})

test('says tls when a certificate does not hold or TLS is not spoken', async () => {
  const { port } = await startTlsReceiver((_, response) => response.end('ok'))
  assert.match(await sendAndFail('tls', `https://127.0.0.1:${port}/`), /self-signed/)
  const options = { ca: [certificate], resolve: async () => ['127.0.0.1'] }
  assert.match(await sendAndFail('tls', `https://quill.example.test:${port}/`, {}, options), /quill\.example\.test/)
  const plain = await startRawReceiver(onceAsked((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  await sendAndFail('tls', `https://127.0.0.1:${plain.port}/`)
  const silent = await startRawReceiver((socket) => void socket.end())
  await sendAndFail('tls', `https://127.0.0.1:${silent.port}/`)
})

test('says aborted when the sender gives up, before or in the middle', async () => {
  await sendAndFail('aborted', 'http://127.0.0.1:1/', { signal: AbortSignal.abort() })
  const controller = new AbortController()
  const hungUp = Promise.withResolvers<void>()
  const { port } = await startRawReceiver((socket) => {
    socket.once('data', () => controller.abort()).once('close', () => hungUp.resolve())
  })
  await sendAndFail('aborted', `http://127.0.0.1:${port}/`, { signal: controller.signal })
  await hungUp.promise
})

test('says protocol of a header that cannot be sent', async () => {
  const { port } = await startRawReceiver(() => {})
  await sendAndFail('protocol', `http://127.0.0.1:${port}/`, { headers: { 'X-Bad': 'a\nb' } })
})

test('has words for errors without any', () => {
  assert.equal(messageOf(new RangeError()), 'RangeError')
  assert.equal(messageOf(new AggregateError([new Error('a'), 'b'])), 'a; b')
  assert.equal(messageOf(new AggregateError([], 'none')), 'none')
})

function drip(socket: Socket, first: string, next: string): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(next), 5)
  after(() => clearInterval(timer))
  socket.once('close', () => clearInterval(timer))
}
