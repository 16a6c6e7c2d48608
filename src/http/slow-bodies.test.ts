import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type FastifyInstance, fastify } from 'fastify'
import { SlowBodies } from './slow-bodies.ts'

const slow = new SlowBodies()
const seen = new EventEmitter()
const minute = 60_000
let app: FastifyInstance

before(async () => {
  app = fastify()
  slow.install(app)
  app.addHook('onRequest', async () => {
    setImmediate(() => seen.emit('request'))
  })
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
  app.post('/short', async () => 'taken')
  app.put('/long', { config: { takesLong: true } }, async (request) => {
    let bytes = 0
    for await (const chunk of request.body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      seen.emit('piece')
    }
    return `${bytes} bytes`
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => app.close())

test('a body that does not come within a minute is refused, and the connection ends', async () => {
  const { answer } = await begin('POST /short', 'application/json', 10)
  slow.sweep(0)
  slow.sweep(minute - 1)
  slow.sweep(minute)
  assert.match(await answer, /^HTTP\/1\.1 408 .*did not arrive in time/s)
})

test('a large file may take long as long as it keeps coming', async () => {
  const { socket, answer } = await begin('PUT /long', 'text/csv', 50)
  for (let piece = 1; piece <= 4; piece += 1) {
    slow.sweep(piece * minute)
    const arrived = once(seen, 'piece')
    socket.write('0123456789')
    await arrived
  }
  slow.sweep(4.5 * minute)
  slow.sweep(5 * minute)
  socket.write('0123456789')
  assert.match(await answer, /50 bytes/)
})

test('a large file that stops coming is refused after a minute', async () => {
  const { socket, answer } = await begin('PUT /long', 'text/csv', 50)
  const arrived = once(seen, 'piece')
  socket.write('0123456789')
  await arrived
  slow.sweep(10 * minute)
  slow.sweep(11 * minute)
  assert.match(await answer, /^HTTP\/1\.1 408 /)
})

/** Sends the head of a request, and waits until the server has it. */
async function begin(line: string, type: string, length: number): Promise<{ socket: Socket; answer: Promise<string> }> {
  const arrived = once(seen, 'request')
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  const head = [
    `${line} HTTP/1.1`,
    'host: x',
    'connection: close',
    `content-type: ${type}`,
    `content-length: ${length}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await arrived
  return { socket, answer: textOf(socket) }
}

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const bytes of socket) text += bytes
  return text
}
