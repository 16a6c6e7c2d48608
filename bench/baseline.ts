import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { Results, TrafficBody } from '../src/conversations/http/traffic.ts'
import { validatorCompiler } from '../src/http/edge.ts'

// What everything is measured against, in a process of its own: a Fastify route that validates the same body by the same
// schema, does nothing, and answers a constant through the same response schema.

const app = fastify()
app.setValidatorCompiler(validatorCompiler)
const constant = {
  results: [
    {
      outcome: 'CAPTURED',
      conversationId: 'conv_conversation_01jd0000000000000000000000',
      communicationId: 'conv_communication_01jd0000000000000000000000',
      created: false,
      reason: null,
    },
  ],
}
app.post('/skein/v1/Traffic', { schema: { body: TrafficBody, response: { 200: Results } } }, async () => constant)
app.get('/metrics', async () => {
  const { user, system } = process.cpuUsage()
  return [
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
  ].join('\n')
})
await app.listen({ host: '127.0.0.1', port: 0 })
console.log(`The baseline listens on http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
