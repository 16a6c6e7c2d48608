import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { RouteContext } from '../../http/context.ts'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { Meta, pageQuery, Words, withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { parseWireId } from '../../kernel/ids.ts'
import { correlationsOf, listEntries } from '../debugger-list.ts'
import {
  type Entry,
  type EntryFilter,
  type Explanation,
  entryLevels,
  entrySources,
  entryTypes,
  matchesFilter,
} from '../domain/entry.ts'
import { parsePosition } from '../domain/feed-position.ts'
import { EventStreams, type StreamTimes } from '../event-streams.ts'
import { EntrySchema, presentEntry } from './entry-present.ts'

const list = 'debuggerEvents'
const maxPageSize = 1000

const time = Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Inclusive.' }))
const filters = {
  type: Type.Optional(Words(entryTypes)),
  level: Type.Optional(Words(entryLevels)),
  source: Type.Optional(Words(entrySources)),
  conversationId: Type.Optional(Type.String({ maxLength: 100 })),
  resourceId: Type.Optional(Type.String({ maxLength: 100, description: 'What it is about: an id of any kind.' })),
  requestId: Type.Optional(Type.String({ maxLength: 100 })),
  errorCode: Type.Optional(Type.Integer()),
  status: Type.Optional(Type.String({ maxLength: 20 })),
  from: time,
  to: time,
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of the message.' })),
}
const Filters = Type.Object(filters)
const Query = Type.Object({ ...pageQuery, ...filters })
const StreamHeaders = Type.Object({
  'last-event-id': Type.Optional(Type.String({ maxLength: 100, description: 'Goes on after this event.' })),
})

const ServerSentEvents = Type.Unsafe<string>({
  description: 'Server-sent events',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
})

export interface DebuggerContext extends RouteContext {
  /** What a code means. */
  explain: (code: number) => Explanation
  streamTimes?: StreamTimes
}

/** Everything that happened in an account, and what was worth a diagnostic: as a list, and live. */
export function debuggerRoutes(app: FastifyInstance, context: DebuggerContext): void {
  const { store, clock, log, explain } = context
  const streams = new EventStreams(log, context.streamTimes)
  app.addHook('preClose', async () => streams.end())

  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/Events',
    {
      schema: {
        tags: ['Skein'],
        summary: 'List what happened and what was diagnosed, the newest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, events: Type.Array(EntrySchema) }) }),
      },
    },
    async ({ principal: { account }, query }) => {
      const source = { read: store.read, account, explain, realTime: clock.mode === 'system' }
      const page = await listEntries(source, pageRequest(query, list, maxPageSize), filterOf(query))
      return { meta: pageMeta('events', list, page), events: await presentAll(page.items, account) }
    },
  )

  app.get<{ Querystring: Static<typeof Filters>; Headers: Static<typeof StreamHeaders> }>(
    '/skein/v1/Events/Stream',
    {
      // A HEAD request would never be answered.
      exposeHeadRoute: false,
      schema: {
        tags: ['Skein'],
        summary: 'Follow what happens, as server-sent events',
        querystring: Filters,
        headers: StreamHeaders,
        response: withErrors({ 200: ServerSentEvents }),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const filter = filterOf(request.query)
      const from = positionOf(request.headers['last-event-id'])
      const stop = streams.admit(account)
      reply.hijack()
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      await streams.serve(reply.raw, stop, {
        source: { read: store.read, account, explain },
        accepts: (entry) => matchesFilter(entry, filter),
        present: (entries) => presentAll(entries, account),
        from,
      })
    },
  )

  async function presentAll(entries: readonly Entry[], account: number) {
    const correlationOf = await correlationsOf({ read: store.read, account }, entries)
    return entries.map((entry) => presentEntry(entry, correlationOf(entry)))
  }
}

function filterOf(query: Static<typeof Filters>): EntryFilter {
  const { conversationId, from, to, ...others } = query
  const filter: EntryFilter = { ...pick(others) }
  if (conversationId !== undefined) {
    const id = parseWireId('conversation', conversationId)
    if (id === undefined) throw invalid('conversationId', 'conversationId is not the id of a conversation')
    filter.conversationId = id
  }
  if (from !== undefined) filter.from = instant('from', from)
  if (to !== undefined) filter.to = instant('to', to)
  return filter
}

function pick({
  type,
  level,
  source,
  resourceId,
  requestId,
  errorCode,
  status,
  text,
}: Static<typeof Filters>): EntryFilter {
  return {
    ...(type === undefined ? {} : { type }),
    ...(level === undefined ? {} : { level }),
    ...(source === undefined ? {} : { source }),
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(status === undefined ? {} : { status }),
    ...(text === undefined ? {} : { text }),
  }
}

function instant(field: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalid(field, `${field} is not a date`)
  return ms
}

function positionOf(header: string | undefined) {
  if (header === undefined || header === '') return undefined
  const position = parsePosition(header)
  if (!position) throw invalid('Last-Event-ID', 'Last-Event-ID is not the id of an event of this stream')
  return position
}
