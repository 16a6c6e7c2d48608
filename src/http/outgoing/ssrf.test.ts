import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { createOutgoing, type OutgoingOptions } from './client.ts'
import { Connection } from './connection.ts'
import { createGuard, type Resolve } from './guard.ts'
import { certificate, certifiedName, startRawReceiver, startTlsReceiver } from './testing/receiver.ts'
import type { TroubleWord } from './trouble.ts'

/** What must not be reached: it listens on every address of this machine. */
const inner = await startRawReceiver((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nsecret'), '0.0.0.0')

/** The name service of an attacker; other names are unknown. */
const answers: Record<string, string[]> = {
  'loopback.attacker.test': ['127.0.0.1'],
  // A resolver follows an alias by itself and answers the addresses at its end.
  'alias-of-localhost.attacker.test': ['127.0.0.1', '::1'],
  'ten.attacker.test': ['10.0.0.5'],
  'six.attacker.test': ['fd12:3456::1'],
  'mapped.attacker.test': ['::ffff:127.0.0.1'],
  'zone.attacker.test': ['fe80::1%lo'],
  'metadata.attacker.test': ['169.254.169.254'],
  'mixed.attacker.test': ['93.184.216.34', '127.0.0.1'],
  'mixed-six.attacker.test': ['2606:4700::1111', '::1'],
  'nonsense.attacker.test': ['not an address'],
  'empty.attacker.test': [],
  redis: ['172.18.0.3'],
  'db.internal': ['192.168.7.7'],
  'localhost.localdomain': ['127.0.0.1'],
}

const resolve: Resolve = async (name) => {
  const found = answers[name]
  if (!found) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
  return found
}

function send(url: string, options: Partial<OutgoingOptions> = {}) {
  const { send: sendOne } = createOutgoing({ allowPrivate: false, resolve, ...options })
  return sendOne({
    url,
    method: 'POST',
    headers: {},
    body: '{}',
    timeouts: { connectMs: 5_000, readMs: 5_000, totalMs: 5_000 },
    maxResponseBytes: 1024,
  })
}

/** Every attempt has the port of the inner server where the text says PORT; those marked get there when private hosts are allowed. */
const attempts: [url: string, expected: TroubleWord, reaches?: 'inner'][] = [
  ['https://127.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https://127.8.9.10:PORT/', 'refused_address', 'inner'],
  ['https://0.0.0.0:PORT/', 'refused_address', 'inner'],
  ['https://2130706433:PORT/', 'refused_address', 'inner'],
  ['https://017700000001:PORT/', 'refused_address', 'inner'],
  ['https://0177.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https://0x7f000001:PORT/', 'refused_address', 'inner'],
  ['https://0x7f.0x0.0x0.0x1:PORT/', 'refused_address', 'inner'],
  ['https://0x7F.1:PORT/', 'refused_address', 'inner'],
  ['https://127.1:PORT/', 'refused_address', 'inner'],
  ['https://127.0.1:PORT/', 'refused_address', 'inner'],
  ['https://0:PORT/', 'refused_address', 'inner'],
  ['https://127.0.0.1.:PORT/', 'refused_address', 'inner'],
  ['https://%31%32%37.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https://127。0。0。1:PORT/', 'refused_address', 'inner'],
  ['https://１２７.０.０.１:PORT/', 'refused_address', 'inner'],
  ['https://①②⑦.⓪.⓪.①:PORT/', 'refused_address', 'inner'],
  ['https://127\u00ad.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https:127.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https:\\\\127.0.0.1:PORT\\', 'refused_address', 'inner'],
  ['ht\ntps://127.0.0.1:PORT/', 'refused_address', 'inner'],
  ['https://[::ffff:127.0.0.1]:PORT/', 'refused_address', 'inner'],
  ['https://[::ffff:7f00:1]:PORT/', 'refused_address', 'inner'],
  ['https://[0:0:0:0:0:FFFF:127.0.0.1]:PORT/', 'refused_address', 'inner'],
  ['https://loopback.attacker.test:PORT/', 'refused_address', 'inner'],
  ['https://LOOPBACK.attacker.test:PORT/', 'refused_address', 'inner'],
  ['https://alias-of-localhost.attacker.test:PORT/', 'refused_address', 'inner'],
  ['https://mapped.attacker.test:PORT/', 'refused_address', 'inner'],
  ['https://localhost.localdomain:PORT/', 'refused_address', 'inner'],
  ['http://127.0.0.1:PORT/', 'bad_url', 'inner'],
  ['http://loopback.attacker.test:PORT/', 'bad_url', 'inner'],
  ['https://[::1]:PORT/', 'refused_address'],
  ['https://[::]:PORT/', 'refused_address'],
  ['https://[::127.0.0.1]:PORT/', 'refused_address'],
  ['https://[64:ff9b::127.0.0.1]:PORT/', 'refused_address'],
  ['https://[64:ff9b:1::7f00:1]:PORT/', 'refused_address'],
  ['https://[2002:7f00:1::]:PORT/', 'refused_address'],
  ['https://[2001:0:7f00:1::]:PORT/', 'refused_address'],
  ['https://[fe80::1]:PORT/', 'refused_address'],
  ['https://[fec0::1]:PORT/', 'refused_address'],
  ['https://[fd00::1]:PORT/', 'refused_address'],
  ['https://[ff02::1]:PORT/', 'refused_address'],
  ['https://[2001:db8::1]:PORT/', 'refused_address'],
  ['https://[fe80::1%25lo]:PORT/', 'bad_url'],
  ['https://[fe80::1%lo]:PORT/', 'bad_url'],
  ['https://10.0.0.5:PORT/', 'refused_address'],
  ['https://172.16.0.1:PORT/', 'refused_address'],
  ['https://192.168.1.1:PORT/', 'refused_address'],
  ['https://100.64.0.1:PORT/', 'refused_address'],
  ['https://169.254.1.1:PORT/', 'refused_address'],
  ['https://192.0.2.1:PORT/', 'refused_address'],
  ['https://198.18.0.1:PORT/', 'refused_address'],
  ['https://224.0.0.1:PORT/', 'refused_address'],
  ['https://255.255.255.255:PORT/', 'refused_address'],
  ['https://localhost:PORT/', 'refused_address'],
  ['https://LocalHost.:PORT/', 'refused_address'],
  ['https://ⓛocalhost:PORT/', 'refused_address'],
  ['https://inner.localhost:PORT/', 'refused_address'],
  ['https://ten.attacker.test:PORT/', 'refused_address'],
  ['https://six.attacker.test:PORT/', 'refused_address'],
  ['https://zone.attacker.test:PORT/', 'refused_address'],
  ['https://mixed.attacker.test:PORT/', 'refused_address'],
  ['https://mixed-six.attacker.test:PORT/', 'refused_address'],
  ['https://nonsense.attacker.test:PORT/', 'refused_address'],
  ['https://redis:PORT/', 'refused_address'],
  ['https://db.internal:PORT/', 'refused_address'],
  ['https://empty.attacker.test:PORT/', 'dns'],
  ['https://unknown.attacker.test:PORT/', 'dns'],
  ['https://user:secret@127.0.0.1:PORT/', 'bad_url'],
  ['https://quill.example.test@127.0.0.1:PORT/', 'bad_url'],
  ['https://quill.example.test:443@127.0.0.1:PORT/', 'bad_url'],
  ['https://127.0.0.1:0/', 'bad_url'],
  ['https://127.0.0.1:99999/', 'bad_url'],
  ['ftp://127.0.0.1:PORT/', 'bad_url'],
  ['file:///etc/passwd', 'bad_url'],
  ['gopher://127.0.0.1:PORT/_GET', 'bad_url'],
  ['data:text/plain,hello', 'bad_url'],
  ['unix:/var/run/docker.sock', 'bad_url'],
  ['ws://127.0.0.1:PORT/', 'bad_url'],
  ['wss://127.0.0.1:PORT/', 'bad_url'],
  ['//127.0.0.1:PORT/', 'bad_url'],
  ['127.0.0.1:PORT', 'bad_url'],
]

for (const [template, expected, reaches] of attempts) {
  test(`refuses ${JSON.stringify(template)}`, async () => {
    const url = template.replace('PORT', String(inner.port))
    const before = inner.connections()
    const outcome = await send(url)
    assert.equal('error' in outcome && outcome.error, expected, JSON.stringify(outcome))
    assert.equal(inner.connections(), before)
    if (reaches === undefined) return
    await send(url, { allowPrivate: true })
    assert.ok(inner.connections() > before, 'the attempt would not have reached anything anyway')
  })
}

const metadataServices = [
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://169.254.170.2/v2/credentials/',
  'http://168.63.129.16/metadata/',
  'http://100.100.100.200/latest/meta-data/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://METADATA.google.internal./computeMetadata/v1/',
  'http://instance-data/latest/meta-data/',
  'http://metadata.attacker.test/',
]

for (const url of metadataServices) {
  test(`refuses ${url} also where private hosts are allowed`, async () => {
    for (const attempt of [
      await send(url, { allowPrivate: true }),
      await send(url.replace('http:', 'https:'), { allowPrivate: false }),
    ]) {
      assert.equal('error' in attempt && attempt.error, 'refused_address', JSON.stringify(attempt))
    }
  })
}

test('refuses the name of this very machine, as the operating system resolves it', async () => {
  const { check } = createGuard({ allowPrivate: false, isPrivate: () => true })
  const verdict = await check(`https://${hostname()}:${inner.port}/`)
  assert.ok('error' in verdict && ['refused_address', 'dns'].includes(verdict.error))
})

// From here on 127.0.0.2 stands for a host on the public internet, and 127.0.0.3 for one inside.
const isPrivate = (address: string) => address !== '127.0.0.2'
const trusting = { isPrivate, ca: [certificate] }
const timeouts = { connectMs: 5_000, readMs: 5_000, totalMs: 5_000 }
const request = { method: 'POST', headers: {}, body: '{}', timeouts, maxResponseBytes: 1024 } as const

/** A public and an inner server on one port, as an attacker's name leads to by turns. */
async function twoServers(location?: string) {
  const outside = await startTlsReceiver((_, response) => {
    response.writeHead(location === undefined ? 200 : 307, location === undefined ? {} : { location }).end('outside')
  }, '127.0.0.2')
  const inside = await startTlsReceiver((_, response) => response.end('inside'), '127.0.0.3', outside.port)
  return { outside, inside, url: `https://${certifiedName}:${outside.port}/` }
}

test('goes to the address that was checked when a name means another one a moment later', async () => {
  const { outside, inside, url } = await twoServers()
  let questions = 0
  const rebinding: Resolve = async () => (questions++ === 0 ? ['127.0.0.2'] : ['127.0.0.3'])
  const outcome = await send(url, { ...trusting, resolve: rebinding })
  assert.equal('status' in outcome && outcome.body, 'outside')
  assert.equal(questions, 1)
  assert.deepEqual([outside.connections(), inside.connections()], [1, 0])
})

test('checks again at the next attempt, also when a connection is still open', async () => {
  const { outside, inside, url } = await twoServers()
  let address = '127.0.0.2'
  const outgoing = createOutgoing({ allowPrivate: false, ...trusting, resolve: async () => [address] })
  assert.ok('status' in (await outgoing.send({ ...request, url })))
  address = '127.0.0.3'
  const second = await outgoing.send({ ...request, url })
  assert.equal('error' in second && second.error, 'refused_address')
  assert.deepEqual([outside.connections(), inside.connections()], [1, 0])
  await outgoing.close()
})

test('leaves an open connection alone once the name leads to another public address', async () => {
  const { outside, inside, url } = await twoServers()
  let address = '127.0.0.2'
  const bothPublic = { ...trusting, isPrivate: () => false, resolve: async () => [address] }
  const outgoing = createOutgoing({ allowPrivate: false, ...bothPublic })
  assert.ok('status' in (await outgoing.send({ ...request, url })))
  address = '127.0.0.3'
  const second = await outgoing.send({ ...request, url })
  assert.equal('status' in second && second.body, 'inside')
  assert.deepEqual([outside.connections(), inside.connections()], [1, 1])
  await outgoing.close()
})

test('does not follow a redirect to a private host', async () => {
  const { inside, url } = await twoServers('https://127.0.0.3/')
  const outcome = await send(url, { ...trusting, resolve: async () => ['127.0.0.2'] })
  assert.equal('status' in outcome && outcome.status, 307)
  assert.equal(inside.connections(), 0)
})

test('hangs up before a byte is sent when a socket has come out at another address than was admitted', async () => {
  const { guard, admission } = await admitted(`https://127.0.0.2:${inner.port}/`)
  const strayed = { url: { ...admission.url, hostname: '127.0.0.1', protocol: 'http:' }, addresses: ['127.0.0.2'] }
  for (const given of [
    { admission: strayed, guard: { ...guard, admits: () => true } },
    { admission: { ...strayed, addresses: ['127.0.0.1'] }, guard },
  ]) {
    const failure = Promise.withResolvers<Error>()
    const connection = new Connection(given)
    connection.dispatch(
      { method: 'GET', path: '/' },
      {
        onRequestStart: () => assert.fail('sent'),
        onResponseStart: () => {},
        onResponseData: () => {},
        onResponseEnd: () => {},
        onResponseError: (_, error) => failure.resolve(error),
      },
      5_000,
    )
    assert.match((await failure.promise).message, /not admitted/)
    connection.destroy()
  }
})

async function admitted(url: string) {
  const guard = createGuard({ allowPrivate: false, isPrivate })
  const admission = await guard.check(url)
  assert.ok('addresses' in admission)
  return { guard, admission }
}
