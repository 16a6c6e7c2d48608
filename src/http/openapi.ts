import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
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
    transform: ({ schema, url }) => ({ schema: withBodyErrors(schema), url }),
    transformObject: (document) => ('openapiObject' in document ? withoutHead(document.openapiObject) : {}),
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
  }
}

type Description = NonNullable<FastifyDynamicSwaggerOptions['openapi']>

/** What answers GET answers HEAD too; saying so of each would tell nobody anything. */
function withoutHead(description: Description): Description {
  for (const path of Object.values(description.paths ?? {})) delete path?.head
  return description
}

/** What any route that reads a body may answer before it looks into it: too large, and not JSON. */
function withBodyErrors(schema: FastifySchema): FastifySchema {
  if (!schema?.body) return schema
  return { ...schema, response: { ...(schema.response as object), 413: Type.Ref('Error'), 415: Type.Ref('Error') } }
}
