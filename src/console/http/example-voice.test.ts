import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fastify } from 'fastify'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { exampleVoiceRoutes } from './example-voice.ts'

it('the example application rings the desk, whichever way it is asked', async () => {
  const app = fastify()
  exampleVoiceRoutes(app)
  const url = '/console/example/voice'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const request of [
    { url },
    { url, method: 'POST' as const, headers, payload: 'CallSid=CA1&From=%2B15551234567' },
  ]) {
    const { statusCode, headers: answered, body } = await app.inject(request)
    assert.deepEqual([statusCode, answered['content-type']], [200, 'text/xml'])
    const read = parseTwiml(body)
    assert.ok('response' in read, body)
    assert.match(body, /<Dial><Client>desk<\/Client><\/Dial>/)
  }
})
