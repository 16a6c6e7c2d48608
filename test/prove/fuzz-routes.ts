import type { Draft } from './draft.ts'
import type { Resource } from './fuzz-account.ts'
import { seeds } from './fuzz-seeds.ts'
import type { FuzzWorld } from './fuzz-world.ts'
import { basic, type Credentials, type Json } from './http-client.ts'
import { sampleOf } from './schema-sample.ts'

export interface Route {
  /** Method and path. */
  name: string
  method: string
  path: string
  /** Parameters of the path in order, each with the segment before it. */
  params: { name: string; at: string }[]
  query: { name: string; schema: Json; required: boolean }[]
  takesKey: boolean
  body: Json | undefined
  /** Whether the seed is known to be valid, rather than made from the schema. */
  isKnown: boolean
}

/** A valid request, and what to do when it has been answered. */
export interface Seeded {
  draft: Draft
  /** `accepted`: the resource that it asked to delete may be gone. */
  done(accepted: boolean): void
}

/** Whether they are accepted depends on what has been done before. */
const dependent =
  /Promote|Secondary|Replay|Enable|Targets\/{id}\/Test$|Undo$|Merges$|\/(Answer|Speech|Digits|Hangup)$|Calls\/{sid}$|Transcriptions(\/{sid})?$|Handsets\/{address}\/(Calls|Messages\/{sid})$|\/Carriers\/{id}\//

/** Every route that the server says it has and that ever ends its answer. */
export function routesOf(openApi: Json): Route[] {
  return Object.entries<Json>(openApi.paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations)
      .filter(([, operation]) => !('text/event-stream' in (operation.responses?.['200']?.content ?? {})))
      .map(([method, operation]) => routeOf(method.toUpperCase(), path, operation)),
  )
}

/** Builds the route's valid request from what is in the world. */
export async function seedOf(route: Route, world: FuzzWorld, credentials: Credentials): Promise<Seeded> {
  const { random } = world
  const params: Record<string, string> = {}
  const used: { at: string; parent: Resource | undefined; resource: Resource }[] = []
  let parent: Resource | undefined
  for (const [place, { name, at }] of route.params.entries()) {
    const isTarget = place === route.params.length - 1
    const spare = consumes(route, place) ? await world.spare(at, parent) : undefined
    const resource: Resource = spare ?? world.pick(at, parent, isTarget && /PUT|PATCH|DELETE/.test(route.method))
    if (spare) used.push({ at, parent, resource })
    params[name] = resource.id
    parent = resource
  }
  const headers: Draft['headers'] = [
    ['host', 'localhost'],
    ['authorization', basic(credentials)],
  ]
  if (route.takesKey && random.chance(0.5)) headers.push(['idempotency-key', random.uuid()])
  const body = route.body && (seeds[route.name]?.(world, parent) ?? sampleOf(route.body, random))
  if (route.body) headers.push(['content-type', 'application/json'])
  const draft: Draft = { method: route.method, path: route.path, params, query: queryOf(route, world), headers, body }
  const done = (accepted: boolean) => {
    if (!accepted) for (const { at, parent, resource } of used) world.giveBack(at, parent, resource)
  }
  return { draft, done }
}

/** Identifiers are deleted with the profile that has them to spare; the conversations that others rely on stay open. */
function consumes({ method, name, params }: Route, place: number): boolean {
  if (method !== 'DELETE' && !(method === 'POST' && name.endsWith('/Closing'))) return false
  const last = params.length - 1
  return params[last]?.at === 'Identifiers' ? place === last - 1 : place === last
}

function queryOf({ query }: Route, world: FuzzWorld): [string, string][] {
  return query.flatMap(({ name, schema, required }): [string, string][] => {
    const value = required || !isTime(name) ? queryValue(name, schema, world) : undefined
    return value !== undefined && (required || world.random.chance(0.5)) ? [[name, encodeURIComponent(value)]] : []
  })
}

/** A span of time where it may be left out, the two sides of a message where not. */
function isTime(name: string): boolean {
  return name === 'from' || name === 'to'
}

/** Undefined for what is better left out of a valid request. */
function queryValue(name: string, schema: Json, world: FuzzWorld): string | undefined {
  const { random } = world
  if (schema.format === 'date-time') return '2026-01-05T09:00:00Z'
  switch (name) {
    case 'pageSize':
      return String(random.integer(1, 50))
    case 'status':
      return schema.type === 'array' ? random.pick(['ACTIVE', 'INACTIVE', 'CLOSED']) : undefined
    case 'memoryStoreId':
      return world.storeId
    case 'conversationId':
      return world.pick('Conversations', undefined, false).id
    case 'channelId':
    case 'text':
      return world.name()
    case 'address':
      return world.phone()
    case 'period':
      return random.pick(['HOUR', 'DAY', 'MONTH'])
    case 'channel':
      return 'SMS'
    case 'from':
    case 'to':
      return world.phone()
    case 'orderBy':
    case 'removeAll':
    case 'traitGroups': {
      const sample = sampleOf(schema, random)
      return String(Array.isArray(sample) ? sample[0] : sample)
    }
    default:
      return undefined
  }
}

/** Several APIs have resources of one name. */
function kindOf(path: string, segment: string, parameter: string): string {
  if (parameter === 'operationId') return 'MemoryOperations'
  if (path.startsWith('/v1/Services')) return `classic/${segment}`
  return path.startsWith('/v3/') ? `v3/${segment}` : segment
}

function routeOf(method: string, path: string, operation: Json): Route {
  const name = `${method} ${path}`
  const parameters: Json[] = operation.parameters ?? []
  const content: Record<string, Json> = operation.requestBody?.content ?? {}
  return {
    name,
    method,
    path,
    params: [...path.matchAll(/([^/]*)\/\{(\w+)\}/g)].map(([, segment = '', param = '']) => ({
      name: param,
      at: kindOf(path, segment, param),
    })),
    query: parameters
      .filter((one) => one.in === 'query')
      .map((one) => ({ name: one.name, schema: one.schema, required: one.required === true })),
    takesKey: parameters.some((one) => one.in === 'header' && one.name === 'idempotency-key'),
    // Where known forms are read, JSON is too.
    body: (content['application/json'] ?? (seeds[name] && content['application/x-www-form-urlencoded']))?.schema,
    isKnown: (operation.requestBody === undefined || seeds[name] !== undefined) && !dependent.test(path),
  }
}
