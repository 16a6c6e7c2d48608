import { isUtf8 } from 'node:buffer'
import { parse } from 'node:querystring'
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { invalid } from '../kernel/failure.ts'
import { shapeKeyword } from './schemas.ts'

/** Names of query parameters as we spell them, found by any spelling of their case; unknown ones are ignored later. */
const queryNames = new Map(
  [
    'pageSize',
    'pageToken',
    'orderBy',
    'status',
    'channelId',
    'memoryStoreId',
    'traitGroups',
    'includeTraits',
    'removeAll',
    'source',
    'createdAfter',
    'createdBefore',
    'targetId',
    'conversationId',
    'eventType',
    'state',
    'from',
    'to',
    'type',
    'level',
    'resourceId',
    'requestId',
    'errorCode',
    'text',
    'channel',
    'callType',
  ].map((name) => [name.toLowerCase(), name]),
)

export function parseQuery(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = {}
  if (text === '') return query
  for (const [name, value] of Object.entries(parse(text))) query[queryNames.get(name.toLowerCase()) ?? name] = value
  return query
}

const body = createAjv({ coerceTypes: false })
const text = createAjv({ coerceTypes: 'array' })

/** What was compiled from each schema, by its text: apps that share a process share these. */
const compiledBodies = new Map<string, ValidateFunction>()
const compiledTexts = new Map<string, ValidateFunction>()

/**
 * Bodies are taken as they are, types and all; queries arrive as text and are read as the type that their schema names.
 * A schema is compiled when its first request comes: compiling those of all routes would double the time of a start.
 */
export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  const [ajv, known] = httpPart === 'body' ? [body, compiledBodies] : [text, compiledTexts]
  let compiled: ValidateFunction | undefined
  const validate = (value: unknown): boolean => {
    compiled ??= remember(known, JSON.stringify(schema), () => ajv.compile(schema as object))
    const valid = compiled(value)
    validate.errors = compiled.errors ?? null
    return valid
  }
  validate.errors = null as ErrorObject[] | null
  return validate
}

function remember<V>(known: Map<string, V>, key: string, make: () => V): V {
  const present = known.get(key)
  if (present !== undefined) return present
  const made = make()
  known.set(key, made)
  return made
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv({
    allErrors: false,
    removeAdditional: false,
    useDefaults: false,
    strictTypes: false,
    allowUnionTypes: true,
    // An error then brings the schema that was not met, and so what to say of it.
    verbose: true,
    ...options,
  })
  addFormats.default(ajv)
  ajv.addKeyword(shapeKeyword)
  return ajv
}

/**
 * Reads JSON bodies strictly: valid UTF-8, no keys that poison prototypes, no NUL characters (which not every database can
 * hold). An empty body is an empty object, as some clients send none where all fields are optional.
 */
export function installBodyParser(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'ignore')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const body = bytes as Buffer
    if (body.length === 0) return done(null, request.method === 'DELETE' ? undefined : {})
    if (!isUtf8(body)) return done(invalid('body', 'The body is not valid UTF-8.'))
    const text = body.toString('utf8')
    parseJson(request, text, (error, value) => {
      if (error) return done(invalid('body', problemOf(text)))
      const nul = text.includes('\\u0000') ? findNul(value, '') : undefined
      if (nul !== undefined) return done(invalid(nul, `${nul} must not contain the NUL character`))
      done(null, value)
    })
  })
}

/** The parser refuses what is no JSON, and the key `__proto__` in what is. */
function problemOf(text: string): string {
  try {
    JSON.parse(text)
    return 'The body must not contain the key __proto__.'
  } catch {
    return 'The body is not valid JSON.'
  }
}

/** The path of the first string or key that contains NUL. */
function findNul(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path || 'body' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    if (key.includes('\0')) return path || 'body'
    const found = findNul(part, path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
