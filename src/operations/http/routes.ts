import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { RouteContext } from '../../http/context.ts'
import { type Page, type PageRequest, pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import {
  DateTime,
  Meta,
  Nullable,
  NullableDateTime,
  pageQuery,
  StringMap,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Reader } from '../../store/store.ts'
import { type Operation, operationApis, operationOf } from '../operation.ts'
import { operationsAfter, recentOperations } from '../rows.ts'

const list = 'operations'
const maxPageSize = 200
const Query = Type.Object(pageQuery)

const Listed = Type.Object({
  operationId: Type.String({ description: 'As its own API fetches it.' }),
  api: Words(operationApis),
  kind: Type.String({ description: 'What is done to what.' }),
  status: Words(['PENDING', 'COMPLETED', 'FAILED']),
  related: StringMap,
  resultId: Nullable(Type.String()),
  error: Nullable(Type.Object({ code: Type.Integer(), title: Type.String(), detail: Type.String() })),
  requestId: Type.String(),
  createdAt: DateTime,
  completedAt: NullableDateTime,
})

/** Operations of all APIs in one list. Each is followed where its 202 said. */
export function operationListRoutes(app: FastifyInstance, { store }: RouteContext): void {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/Operations',
    {
      schema: {
        tags: ['Skein'],
        summary: 'List operations of all APIs, the newest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, operations: Type.Array(Listed) }) }),
      },
    },
    async ({ principal, query }) => {
      const page = await listOperations(store.read, principal.account, pageRequest(query, list, maxPageSize))
      return { meta: pageMeta(list, list, page), operations: page.items.map(present) }
    },
  )
}

async function listOperations(read: Reader, account: number, request: PageRequest): Promise<Page<Operation>> {
  const limit = request.size + 1
  const [id = afterAll] = request.from?.at ?? []
  if (typeof id !== 'string') throw invalid('pageToken', 'pageToken is not one that this list gave out')
  const rows =
    request.from?.direction === 'previous'
      ? await read.all(operationsAfter, { account, after: id, limit })
      : await read.all(recentOperations, { account, before: id, limit })
  return pageOf(request, rows.map(operationOf), (operation) => [operation.id])
}

/** Ids begin with a digit from 0 to 7. */
const afterAll = '8'

function present({ id, api, kind, status, related, result, error, requestId, createdAt, completedAt }: Operation) {
  return {
    operationId: wireId(api === 'memory' ? 'memoryOperation' : 'conversationsOperation', id),
    api,
    kind,
    status,
    related,
    resultId: result?.id ?? null,
    error: error && { code: error.code, title: error.title, detail: error.detail },
    requestId,
    createdAt: wireDate(createdAt),
    completedAt: wireDateOrNull(completedAt),
  }
}
