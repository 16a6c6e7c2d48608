import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { version } from '../kernel/version.ts'

/** The description at /openapi.json is made of the schemas that validate and serialise; nothing is written twice. */
export function openApi(): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Skein',
        version,
        description: 'Conversations v2, Memory v1 and the extensions of Skein under /skein/v1.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } },
      security: [{ basic: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
  }
}
