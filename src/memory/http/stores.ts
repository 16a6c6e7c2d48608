import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { withErrors } from '../../http/schemas.ts'
import { Failure } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { createStore } from '../commands/create-store.ts'
import { deleteStore } from '../commands/delete-store.ts'
import { patchStore } from '../commands/patch-store.ts'
import { etagOf } from '../domain/etag.ts'
import { storesAfter, storesBefore } from '../store-rows.ts'
import { requireStore } from '../stores.ts'
import type { MemoryContext } from './context.ts'
import { controlPlaneRequest, sendAccepted } from './control-plane.ts'
import { pageOfIds } from './paging.ts'
import { storeIdOf } from './path.ts'
import { presentStore } from './present.ts'
import {
  ControlPlaneAccepted,
  ListQuery,
  maxControlPlanePage,
  StoreAnswer,
  StoreCreation,
  StoreList,
  StorePatch,
  type StorePath,
} from './schemas.ts'

const tags = ['Memory stores']

export function storeRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.post<{ Body: StoreCreation }>(
    '/v1/ControlPlane/Stores',
    {
      schema: {
        tags,
        summary: 'Create a memory store',
        body: StoreCreation,
        response: withErrors({ 202: ControlPlaneAccepted }),
      },
    },
    async (request, reply) => {
      const operationId = newId()
      await createStore(context.store, {
        account: request.principal.account,
        id: newId(),
        operationId,
        intelligenceServiceId: newId(),
        displayName: request.body.displayName,
        description: request.body.description ?? null,
        maxStores: context.limits.memoryStores,
        requestId: request.id,
        now: await context.clock.now(),
      })
      return sendAccepted(context, request, reply, {
        operationId,
        message: 'The memory store will be created.',
      })
    },
  )

  app.get<{ Querystring: ListQuery }>(
    '/v1/ControlPlane/Stores',
    {
      schema: {
        tags,
        summary: 'List the ids of memory stores',
        querystring: ListQuery,
        response: withErrors({ 200: StoreList }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { ids, meta } = await pageOfIds(request.query, {
        key: 'stores',
        kind: 'memoryStore',
        maximum: maxControlPlanePage,
        read: ({ ascending, ...span }) =>
          context.store.read.all(ascending ? storesAfter : storesBefore, { account, ...span }),
      })
      return { stores: ids, meta }
    },
  )

  const fetchSchema = { tags, summary: 'Fetch a memory store', response: withErrors({ 200: StoreAnswer }) }
  const fetchStore = async (request: FastifyRequest<{ Params: StorePath }>, reply: FastifyReply) => {
    const store = await requireStore(context.store.read, request.principal.account, storeIdOf(request.params.storeId))
    reply.header('etag', etagOf(wireId('memoryStore', store.id), store.version))
    return presentStore(store)
  }
  app.get('/v1/ControlPlane/Stores/:storeId', { schema: fetchSchema }, fetchStore)
  // The vendor's troubleshooting guide reads a store's status here.
  app.get('/v1/Stores/:storeId', { schema: fetchSchema }, fetchStore)

  app.patch<{ Params: StorePath; Body: StorePatch }>(
    '/v1/ControlPlane/Stores/:storeId',
    {
      schema: {
        tags,
        summary: 'Change a memory store',
        body: StorePatch,
        response: withErrors({ 202: ControlPlaneAccepted }, 409, 412),
      },
    },
    async (request, reply) => {
      const input = await controlPlaneRequest(context, request)
      const change = changeOf(request.body)
      await patchStore(context.store, { ...input, change })
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The memory store will be changed.',
      })
    },
  )

  app.delete<{ Params: StorePath }>(
    '/v1/ControlPlane/Stores/:storeId',
    {
      schema: {
        tags,
        summary: 'Delete a memory store with its profiles',
        response: withErrors({ 202: ControlPlaneAccepted }, 409),
      },
    },
    async (request, reply) => {
      const input = await controlPlaneRequest(context, request)
      await deleteStore(context.store, input, context.isStoreReferenced)
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The memory store will be deleted.',
      })
    },
  )
}

function changeOf({ displayName, description }: StorePatch): StorePatch {
  const change = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
  }
  if (Object.keys(change).length > 0) return change
  throw new Failure('invalid', 'Give displayName, description or both.', { code: 520046 })
}
