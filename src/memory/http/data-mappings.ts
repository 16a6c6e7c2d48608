import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { DateTime, Meta, Shaped, Words, withErrors } from '../../http/schemas.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { newId, parseWireId, wireId } from '../../kernel/ids.ts'
import {
  createDataMapping,
  type DataMappingRequest,
  deleteDataMapping,
  patchDataMapping,
} from '../commands/change-data-mapping.ts'
import { dataMappingsAfter, dataMappingsBefore } from '../data-mapping-rows.ts'
import { dataMappingOf, type MappingSource, mappingSources, requireDataMapping } from '../data-mappings.ts'
import { etagOf } from '../domain/etag.ts'
import { requireStore } from '../stores.ts'
import type { MemoryContext } from './context.ts'
import { controlPlaneRequest, sendAccepted } from './control-plane.ts'
import { pageOfRows } from './paging.ts'
import { storeIdOf } from './path.ts'
import { presentDataMapping } from './present.ts'
import { ControlPlaneAccepted, ListQuery, maxControlPlanePage, type StorePath } from './schemas.ts'
import { groupName } from './trait-group-schemas.ts'

const tags = ['Data mappings']
const collection = '/v1/ControlPlane/Stores/:storeId/DataMappings'

const MappingTo = Type.Object({
  type: Words(['TRAITS']),
  mappings: Type.Array(
    Type.Object({
      expression: Type.String({ minLength: 1, maxLength: 256, description: 'The field or column of the source.' }),
      traitGroup: groupName,
      traitName: Shaped(
        '^[a-z][a-zA-Z0-9_.-]*$',
        'must begin with a small letter and hold only letters, digits, "_", "." and "-"',
        { minLength: 1, maxLength: 128 },
      ),
    }),
    { minItems: 1, maxItems: 100 },
  ),
})
const MappingFrom = Type.Object(
  {
    type: Words(mappingSources),
    columns: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 100 })),
    datasetId: Type.Optional(
      Shaped('^tdi_dataset_[0-7][0-9a-z]{25}$', 'must be the id of a dataset, such as tdi_dataset_01…'),
    ),
  },
  { description: 'INGRESS has `columns`, the others have a `datasetId`.' },
)
const properties = {
  displayName: Shaped(
    '^[a-zA-Z][a-zA-Z0-9_.-]*$',
    'must begin with a letter and hold only letters, digits, "_", "." and "-"',
    { minLength: 1, maxLength: 128 },
  ),
  description: Type.String({ minLength: 1, maxLength: 512 }),
  isEnabled: Type.Boolean({ default: true }),
  mappingTo: MappingTo,
}
const Creation = Type.Object({
  displayName: properties.displayName,
  description: Type.Optional(properties.description),
  isEnabled: Type.Optional(properties.isEnabled),
  mappingTo: MappingTo,
  mappingFrom: MappingFrom,
})
type Creation = Static<typeof Creation>
const Patch = Type.Partial(Type.Object(properties))
type Patch = Static<typeof Patch>
const Answer = Type.Object({
  id: Type.String(),
  ...properties,
  description: Type.Optional(Type.String()),
  mappingFrom: MappingFrom,
  createdAt: DateTime,
  updatedAt: DateTime,
  version: Type.Integer(),
})
const List = Type.Object({ dataMappings: Type.Array(Answer), meta: Meta })
const Query = Type.Object({ ...ListQuery.properties, type: Type.Optional(Words(mappingSources)) })
type Query = Static<typeof Query>

interface MappingPath extends StorePath {
  dataMappingId: string
}

export function dataMappingRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store

  app.post<{ Params: StorePath; Body: Creation }>(
    collection,
    {
      schema: {
        tags,
        summary: 'Create a data mapping',
        body: Creation,
        response: withErrors({ 202: ControlPlaneAccepted }, 409),
      },
    },
    async (request, reply) => {
      const { displayName, description = null, isEnabled = true, mappingTo, mappingFrom } = request.body
      const input = { ...(await controlPlaneRequest(context, request)), id: newId() }
      const mapping = {
        displayName,
        description,
        isEnabled,
        mappings: mappingTo.mappings,
        source: sourceOf(mappingFrom),
      }
      await createDataMapping(context.store, input, { ...mapping, maxMappings: context.limits.dataMappings })
      const message = 'The data mapping will be created.'
      return sendAccepted(context, request, reply, { operationId: input.operationId, message })
    },
  )

  app.get<{ Params: StorePath; Querystring: Query }>(
    collection,
    { schema: { tags, summary: 'List data mappings', querystring: Query, response: withErrors({ 200: List }) } },
    async (request) => {
      const { account } = request.principal
      const { id: storeId } = await requireStore(read, account, storeIdOf(request.params.storeId))
      const types = request.query.type ? [request.query.type] : [...mappingSources]
      const { rows, meta } = await pageOfRows(request.query, {
        key: 'dataMappings',
        maximum: maxControlPlanePage,
        read: ({ ascending, ...span }) =>
          read.all(ascending ? dataMappingsAfter : dataMappingsBefore, { account, storeId, types, ...span }),
      })
      return { dataMappings: rows.map((row) => presentDataMapping(dataMappingOf(row))), meta }
    },
  )

  app.get<{ Params: MappingPath }>(
    `${collection}/:dataMappingId`,
    { schema: { tags, summary: 'Fetch a data mapping', response: withErrors({ 200: Answer }) } },
    async (request, reply) => {
      const { account } = request.principal
      const store = await requireStore(read, account, storeIdOf(request.params.storeId))
      const mapping = await requireDataMapping(read, account, store.id, mappingIdOf(request.params.dataMappingId))
      reply.header('etag', etagOf(wireId('dataMapping', mapping.id), mapping.version))
      return presentDataMapping(mapping)
    },
  )

  app.patch<{ Params: MappingPath; Body: Patch }>(
    `${collection}/:dataMappingId`,
    {
      schema: {
        tags,
        summary: 'Change a data mapping; its source stays',
        body: Patch,
        response: withErrors({ 202: ControlPlaneAccepted }, 409, 412),
      },
    },
    async (request, reply) => {
      const { displayName, description, isEnabled, mappingTo } = request.body
      const patch = definedOnly({ displayName, description, isEnabled, mappings: mappingTo?.mappings })
      if (Object.keys(patch).length === 0) {
        throw new Failure('invalid', 'Give displayName, description, isEnabled or mappingTo.', { code: 520046 })
      }
      const input = await mappingRequest(context, request)
      await patchDataMapping(context.store, input, patch)
      const message = 'The data mapping will be changed.'
      return sendAccepted(context, request, reply, { operationId: input.operationId, message })
    },
  )

  app.delete<{ Params: MappingPath }>(
    `${collection}/:dataMappingId`,
    {
      schema: { tags, summary: 'Delete a data mapping', response: withErrors({ 202: ControlPlaneAccepted }, 409) },
    },
    async (request, reply) => {
      const input = await mappingRequest(context, request)
      await deleteDataMapping(context.store, input)
      const message = 'The data mapping will be deleted.'
      return sendAccepted(context, request, reply, { operationId: input.operationId, message })
    },
  )
}

async function mappingRequest(
  context: MemoryContext,
  request: FastifyRequest<{ Params: MappingPath }>,
): Promise<DataMappingRequest> {
  const id = mappingIdOf(request.params.dataMappingId)
  return { ...(await controlPlaneRequest(context, request)), id }
}

function mappingIdOf(text: string): string {
  const id = parseWireId('dataMapping', text)
  if (id !== undefined) return id
  const hint = text.startsWith('mem_datamapping_') ? '' : ' Its id would begin with mem_datamapping_.'
  throw notFound(`Data mapping ${text.slice(0, 100)} was not found in this memory store.${hint}`, 520048)
}

function sourceOf({ type, columns, datasetId }: Creation['mappingFrom']): MappingSource {
  if (type === 'INGRESS') {
    if (columns) return { type, columns }
    throw missing('mappingFrom.columns')
  }
  if (datasetId !== undefined) return { type, datasetId }
  throw missing('mappingFrom.datasetId')
}

function missing(field: string): Failure {
  return new Failure('invalid', `${field} is required for a source of this type`, { code: 520046, field })
}

function definedOnly<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
