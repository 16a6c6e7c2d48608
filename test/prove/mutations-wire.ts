import { type Draft, setHeader } from './draft.ts'
import type { Mutation } from './mutation.ts'

/** One thing changed in how the request is written on the wire. After it nobody can say where the next would begin. */
export const wireMutations: Readonly<Record<string, Mutation>> = {
  'a wrong content length': last((draft, { random }) => {
    draft.contentLength = random.pick(['999999', '-1', '1e3', '0x10', '18446744073709551616', '1, 2', 'abc', '3'])
  }),
  'two content lengths': last((draft) => {
    draft.headers.push(['content-length', '5'])
    draft.contentLength = '7'
  }),
  'length and chunks': last((draft) => {
    draft.headers.push(['transfer-encoding', 'chunked'])
    draft.contentLength = '4'
    draft.bytes = Buffer.from('0\r\n\r\n')
  }),
  'broken chunks': last((draft, { random }) => {
    setHeader(draft, 'transfer-encoding', 'chunked')
    draft.contentLength = null
    draft.bytes = Buffer.from(
      random.pick(['zz\r\n{}\r\n0\r\n\r\n', '5\r\n{}', 'ffffffffffffffff\r\n{}\r\n', '-1\r\n', '2;a="\r\n{}\r\n']),
    )
  }),
  'an unknown transfer encoding': last((draft, { random }) => {
    setHeader(draft, 'transfer-encoding', random.pick(['gzip', 'chunked, chunked', 'xchunked', ' chunked ']))
  }),
  'huge headers': last((draft, { random }) => {
    for (let n = 0; n < random.pick([3, 90]); n += 1) draft.headers.push([`x-huge-${n}`, 'h'.repeat(8000)])
  }),
  'very many headers': last((draft) => {
    for (let n = 0; n < 2500; n += 1) draft.headers.push([`x-${n}`, '1'])
  }),
  'a header injected': last((draft, { random }) => {
    draft.noise = {
      extra: Buffer.from(
        random.pick(['x: a\nevil: b\r\n', 'x\r\n', ': y\r\n', 'x : y\r\n', 'x: a\rb\r\n', 'x: \0\r\n', ' folded\r\n']),
      ),
    }
  }),
  'a broken request line': last((draft, { random }) => {
    const { method } = draft
    draft.noise = {
      requestLine: random.pick([
        `${method}  / HTTP/1.1`,
        `${method} / HTTP/9.9`,
        `${method} /\x80\xff HTTP/1.1`,
        `${method} ${'/a'.repeat(20_000)} HTTP/1.1`,
        `${method} http://evil.example/v2/Conversations HTTP/1.1`,
        `${method} * HTTP/1.1`,
        `${method} /v2/Conversations`,
        'BREW /pot HTTP/1.1',
        `${method.toLowerCase()} / HTTP/1.1`,
        `${method} //evil.example/%2e%2e/v2/Conversations HTTP/1.1`,
        `${method} /v2/Conversations#x HTTP/1.1`,
        'CONNECT localhost:1 HTTP/1.1',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
        '',
      ]),
    }
  }),
  'garbage behind the request': last((draft, { random }) => {
    draft.noise = { after: Buffer.from(random.pick(['\0\0\0\0', 'GET / HTTP/1.1\r\n', '{"a":1}', '\r\n\r\n\r\nX'])) }
  }),
  'a request cut short': last((draft, { random }) => {
    if (draft.body === undefined) draft.contentLength = '10'
    else draft.contentLength = String(Buffer.byteLength(JSON.stringify(draft.body)) + random.integer(1, 100))
  }),
  'an old protocol': last((draft) => {
    draft.noise = { requestLine: `${draft.method} /v2/Conversations HTTP/1.0` }
  }),
}

function last(change: (draft: Draft, context: Parameters<Mutation>[1]) => void): Mutation {
  return (draft, context) => {
    change(draft, context)
    draft.last = true
    return true
  }
}
