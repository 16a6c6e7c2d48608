import type { FastifyInstance } from 'fastify'
import { acceptForms } from '../../http/forms.ts'
import { openScope } from '../../http/scope.ts'

/** Where the business's own phone hangs in the examples. */
const desk = 'desk'

const twiml = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say>Welcome to the kiosk by the harbour.</Say>
  <Dial><Client>${desk}</Client></Dial>
</Response>
`

/**
 * A voice application for a first call: it greets the caller and rings the desk, a handset at which somebody answers as the
 * business. It needs no credentials, as it tells nothing of any account and does nothing.
 */
export function exampleVoiceRoutes(app: FastifyInstance): void {
  openScope(app, 'example voice', async (scope) => {
    acceptForms(scope)
    scope.route({
      method: ['GET', 'POST'],
      url: '/console/example/voice',
      schema: { hide: true },
      handler: async (_request, reply) =>
        reply
          .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
          .type('text/xml')
          .send(twiml),
    })
  })
}
