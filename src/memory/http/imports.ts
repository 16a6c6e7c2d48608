import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { numberedPosition, pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { publicUrl } from '../../http/public-url.ts'
import {
  DateTime,
  Meta,
  Nullable,
  NullableDateTime,
  pageQuery,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Reader } from '../../store/store.ts'
import { createImport } from '../commands/create-import.ts'
import {
  type ImportRow,
  importById,
  importsAfter,
  importsBefore,
  problemsAfter,
  problemsBefore,
} from '../imports/rows.ts'
import { signUpload, type UploadPlace } from '../imports/uploading.ts'
import { requireStore } from '../stores.ts'
import type { MemoryContext } from './context.ts'
import { pageOfIds } from './paging.ts'
import { storeIdOf } from './path.ts'
import { ListQuery, maxControlPlanePage, maxDataPlanePage, type StorePath } from './schemas.ts'

const tags = ['Profile imports']
const collection = '/v1/Stores/:storeId/Profiles/Imports'
const extension = '/skein/v1/MemoryStores/:storeId/Imports/:importId'
const statuses = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] as const
/** Of each state of an import. */
const statusOf = ['PENDING', 'PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] as const

const Mapping = Type.Object({
  columnName: Type.String({ minLength: 1, maxLength: 64 }),
  traitGroup: Type.String({ minLength: 1, maxLength: 64 }),
  traitName: Type.String({ minLength: 1, maxLength: 64 }),
})
const Summary = Type.Object({ errors: Type.Integer(), warnings: Type.Integer() })
const Answer = Type.Object({
  status: Words(statuses),
  filename: Type.String(),
  createdAt: DateTime,
  updatedAt: DateTime,
  fileSize: Type.Integer(),
  columnMappings: Type.Array(Mapping),
  summary: Summary,
})
const Created = Type.Object({ importId: Type.String(), url: Type.String() })
const IdList = Type.Object({ imports: Type.Array(Type.String()), meta: Meta })
const Progress = Type.Object({
  id: Type.String(),
  status: Words(statuses),
  filename: Type.String(),
  bytes: Type.Object({ total: Type.Integer(), done: Type.Integer() }),
  rows: Type.Object({
    read: Type.Integer(),
    written: Type.Integer(),
    refused: Type.Integer(),
    profilesMade: Type.Integer(),
    warnings: Type.Integer(),
  }),
  failure: Nullable(Type.String()),
  createdAt: DateTime,
  updatedAt: DateTime,
  completedAt: NullableDateTime,
})
const ProblemList = Type.Object({
  problems: Type.Array(
    Type.Object({
      row: Type.Integer(),
      column: Nullable(Type.String()),
      severity: Words(['ERROR', 'WARNING']),
      reason: Type.String(),
    }),
  ),
  meta: Meta,
})
const ProblemQuery = Type.Object(pageQuery)
type ProblemQuery = Static<typeof ProblemQuery>

interface ImportPath extends StorePath {
  importId: string
}

export function importRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store
  const Creation = Type.Object({
    filename: Type.String({ minLength: 1, maxLength: 255 }),
    fileSize: Type.Integer({ minimum: 1, maximum: context.limits.importBytes }),
    columnMappings: Type.Array(Mapping, { minItems: 2, maxItems: context.limits.importColumns }),
  })

  app.post<{ Params: StorePath; Body: Static<typeof Creation> }>(
    collection,
    {
      schema: {
        tags,
        summary: 'Begin an import; its file is sent to the address in the answer',
        body: Creation,
        response: withErrors({ 201: Created }),
      },
    },
    async (request, reply) => {
      const { account, accountSid } = request.principal
      const { filename, fileSize, columnMappings } = request.body
      const id = newId()
      const storeId = storeIdOf(request.params.storeId)
      const place = { accountSid, storeId, id, until: Date.now() + context.uploadLifetimeMs }
      await createImport(context.store, {
        account,
        storeId,
        id,
        filename,
        fileSize,
        columnMappings: columnMappings.map(({ columnName, traitGroup, traitName }) => ({
          columnName,
          traitGroup,
          traitName,
        })),
        uploadUntil: place.until,
        requestId: request.id,
        now: await context.clock.now(),
      })
      const url = `${publicUrl(request, context.configuredUrl)}${uploadPath(context, place)}`
      return reply.status(201).send({ importId: wireId('memoryImport', id), url })
    },
  )

  app.get<{ Params: StorePath; Querystring: ListQuery }>(
    collection,
    {
      schema: {
        tags,
        summary: 'List the ids of imports',
        querystring: ListQuery,
        response: withErrors({ 200: IdList }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { id: storeId } = await requireStore(read, account, storeIdOf(request.params.storeId))
      const { ids, meta } = await pageOfIds(request.query, {
        key: 'imports',
        kind: 'memoryImport',
        maximum: maxControlPlanePage,
        read: ({ ascending, ...span }) =>
          read.all(ascending ? importsAfter : importsBefore, { account, storeId, ...span }),
      })
      return { imports: ids, meta }
    },
  )

  app.get<{ Params: ImportPath }>(
    `${collection}/:importId`,
    { schema: { tags, summary: 'Fetch an import', response: withErrors({ 200: Answer }) } },
    async (request) => {
      const row = await requireImport(read, request.principal.account, request.params)
      return {
        status: statusOf[row.state] ?? 'PENDING',
        filename: row.filename,
        createdAt: wireDate(row.created_at),
        updatedAt: wireDate(row.updated_at),
        fileSize: row.file_size,
        columnMappings: JSON.parse(row.column_mappings),
        summary: { errors: row.errors, warnings: row.warnings },
      }
    },
  )

  app.get<{ Params: ImportPath }>(
    extension,
    { schema: { tags, summary: 'Fetch how far an import has come', response: withErrors({ 200: Progress }) } },
    async (request) => presentProgress(await requireImport(read, request.principal.account, request.params)),
  )

  app.get<{ Params: ImportPath; Querystring: ProblemQuery }>(
    `${extension}/Problems`,
    {
      schema: {
        tags,
        summary: 'List the rows that were refused, and the values that were left out, in the order of the file',
        querystring: ProblemQuery,
        response: withErrors({ 200: ProblemList }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { store_id: storeId, id } = await requireImport(read, account, request.params)
      const page = pageRequest(request.query, 'problems', maxDataPlanePage)
      const backwards = page.from?.direction === 'previous'
      const n = numberedPosition(page, 0)
      const span = { account, storeId, id, n, limit: page.size + 1 }
      const found = pageOf(page, await read.all(backwards ? problemsBefore : problemsAfter, span), (one) => [one.n])
      const problems = found.items.map(({ row_number: row, column_name: column, kind, reason }) => ({
        row,
        column,
        severity: kind === 0 ? ('ERROR' as const) : ('WARNING' as const),
        reason,
      }))
      return { problems, meta: pageMeta('problems', 'problems', found) }
    },
  )
}

function uploadPath({ vault }: MemoryContext, place: UploadPlace): string {
  const { accountSid, storeId, id, until } = place
  const query = new URLSearchParams({
    account: accountSid,
    store: storeId,
    until: String(until),
    signature: signUpload(vault, place),
  })
  return `/skein/v1/Uploads/${wireId('memoryImport', id)}?${query}`
}

async function requireImport(read: Reader, account: number, path: ImportPath): Promise<ImportRow> {
  const { id: storeId } = await requireStore(read, account, storeIdOf(path.storeId))
  const id = pathId('memoryImport', path.importId, 'import')
  const row = await read.get(importById, { account, storeId, id })
  if (!row) throw notFound(`There is no import ${path.importId} in this memory store.`)
  return row
}

function presentProgress(row: ImportRow) {
  const isDone = row.state === 3
  return {
    id: wireId('memoryImport', row.id),
    status: statusOf[row.state] ?? 'PENDING',
    filename: row.filename,
    bytes: { total: row.file_size, done: isDone ? row.file_size : row.position },
    rows: {
      read: row.rows_read,
      written: row.rows_written,
      refused: row.errors,
      profilesMade: row.profiles_made,
      warnings: row.warnings,
    },
    failure: row.failure,
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
    completedAt: wireDateOrNull(row.completed_at),
  }
}
