import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import { version } from '../kernel/version.ts'
import { errorStatuses } from './schemas.ts'

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
    transform: ({ schema, url }) => ({ schema: schema && withErrorSchemas(schema), url }),
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

/** With what `withErrors` names, and what any route that reads a body may answer before it looks into it: too large, and not JSON. */
function withErrorSchemas(schema: FastifySchema): FastifySchema {
  const response = (schema.response ?? {}) as { [errorStatuses]?: number[] }
  const statuses = [...(response[errorStatuses] ?? []), ...(schema.body ? [413, 415] : [])]
  if (statuses.length === 0) return schema
  const errors = Object.fromEntries(statuses.map((status) => [status, Type.Ref('Error')]))
  return { ...schema, response: { ...errors, ...response } }
}
