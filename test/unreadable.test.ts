import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { basic } from './prove/http-client.ts'
import { Installation } from './prove/installation.ts'
import { WireClient } from './prove/wire-client.ts'

const aPost =
  'POST /skein/v1/Traffic HTTP/1.1\r\nhost: x\r\nauthorization: AUTHORIZATION\r\ncontent-type: application/json\r\n'

describe('bytes that are not a request', () => {
  let installation: Installation
  before(async () => {
    installation = await Installation.open({ database: 'sqlite', nodes: 1, fast: true })
  })
  after(() => installation.close())

  for (const [name, text, status] of [
    // Where nobody reads the body the path is refused first, so this one is read.
    ['broken chunks', `${aPost}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['another protocol', '\x16\x03\x01\x02\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx-huge: ${'h'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    test(`such as ${name} are refused in the form of every other error`, async () => {
      const wire = new WireClient(installation.nodes[0]?.url ?? '')
      const bytes = text.replace('AUTHORIZATION', basic(installation.owner))
      const answer = await wire.send(Buffer.from(bytes, 'latin1'), true)
      assert.ok(typeof answer !== 'string', `the connection is not just ${answer}`)
      assert.equal(answer.status, status)
      assert.match(answer.headers.get('twilio-request-id') ?? '', /^RQ[0-9a-f]{32}$/)
      const { message, ...body } = JSON.parse(answer.text)
      assert.deepEqual(body, {
        code: 20001,
        more_info: 'https://www.twilio.com/docs/errors/20001',
        status,
        httpStatusCode: status,
        userError: true,
        params: {},
      })
      assert.match(message, /\.$/)
    })
  }
})
