import type { FastifyInstance } from 'fastify'
import { withErrors } from '../../http/schemas.ts'
import { Failure } from '../../kernel/failure.ts'
import { createTraitGroup } from '../commands/create-trait-group.ts'
import { deleteTraitGroup } from '../commands/delete-trait-group.ts'
import { patchTraitGroup } from '../commands/patch-trait-group.ts'
import { etagOf } from '../domain/etag.ts'
import type { TraitDefinitionsInput } from '../domain/trait-groups.ts'
import { requireStore } from '../stores.ts'
import { allTraitGroups, requireTraitGroup, traitGroupTagId } from '../trait-groups.ts'
import type { MemoryContext } from './context.ts'
import { controlPlaneRequest, sendAccepted } from './control-plane.ts'
import { pageOfKnown } from './paging.ts'
import { storeIdOf } from './path.ts'
import { presentTraitGroup } from './present.ts'
import { ControlPlaneAccepted, maxControlPlanePage, type StorePath } from './schemas.ts'
import {
  TraitGroupAnswer,
  TraitGroupCreation,
  TraitGroupList,
  TraitGroupPatch,
  type TraitGroupPath,
  TraitGroupQuery,
} from './trait-group-schemas.ts'

const tags = ['Trait groups']
const collection = '/v1/ControlPlane/Stores/:storeId/TraitGroups'

export function traitGroupRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store
  const { traitGroups: maxGroups, traits: maxTraits } = context.limits

  app.post<{ Params: StorePath; Body: TraitGroupCreation }>(
    collection,
    {
      schema: {
        tags,
        summary: 'Create a trait group',
        body: TraitGroupCreation,
        response: withErrors({ 202: ControlPlaneAccepted }, 409),
      },
    },
    async (request, reply) => {
      const { displayName, description, traits } = request.body
      const input = await controlPlaneRequest(context, request)
      await createTraitGroup(context.store, {
        ...input,
        creation: {
          displayName,
          ...(description === undefined ? {} : { description }),
          traits: definitionsOf(traits),
          maxGroups,
          maxTraits,
        },
      })
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The trait group will be created.',
      })
    },
  )

  app.get<{ Params: StorePath; Querystring: TraitGroupQuery }>(
    collection,
    {
      schema: {
        tags,
        summary: 'List trait groups, without their traits unless asked for',
        querystring: TraitGroupQuery,
        response: withErrors({ 200: TraitGroupList }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const store = await requireStore(read, account, storeIdOf(request.params.storeId))
      const { items, meta } = pageOfKnown(request.query, await allTraitGroups(read, account, store.id), {
        key: 'traitGroups',
        maximum: maxControlPlanePage,
        positionOf: ({ id }) => [id],
      })
      const { includeTraits = false } = request.query
      return {
        traitGroups: items.map((group) => presentTraitGroup(group, includeTraits ? group.traits : undefined)),
        meta,
      }
    },
  )

  app.get<{ Params: TraitGroupPath; Querystring: TraitGroupQuery }>(
    `${collection}/:traitGroupName`,
    {
      schema: {
        tags,
        summary: 'Fetch a trait group with a page of its traits',
        querystring: TraitGroupQuery,
        response: withErrors({ 200: TraitGroupAnswer }),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const store = await requireStore(read, account, storeIdOf(request.params.storeId))
      const group = await requireTraitGroup(read, account, store.id, request.params.traitGroupName)
      reply.header('etag', etagOf(traitGroupTagId(store.id, group.displayName), group.version))
      const { includeTraits = true } = request.query
      const traits = includeTraits ? Object.entries(group.traits) : []
      const { items, meta } = pageOfKnown(request.query, traits, {
        key: 'traits',
        maximum: maxControlPlanePage,
        positionOf: ([name]) => [name],
      })
      return { traitGroup: presentTraitGroup(group, includeTraits ? Object.fromEntries(items) : undefined), meta }
    },
  )

  app.patch<{ Params: TraitGroupPath; Body: TraitGroupPatch }>(
    `${collection}/:traitGroupName`,
    {
      schema: {
        tags,
        summary: 'Define, redefine or remove traits of a group',
        body: TraitGroupPatch,
        response: withErrors({ 202: ControlPlaneAccepted }, 409, 412),
      },
    },
    async (request, reply) => {
      const { description, traits } = request.body
      if (description === undefined && traits === undefined) {
        throw new Failure('invalid', 'Give description, traits or both.', { code: 520046 })
      }
      const input = await controlPlaneRequest(context, request)
      await patchTraitGroup(context.store, {
        ...input,
        patch: {
          name: request.params.traitGroupName,
          ...(description === undefined ? {} : { description }),
          traits: definitionsOf(traits),
          maxTraits,
        },
      })
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The trait group will be changed.',
      })
    },
  )

  app.delete<{ Params: TraitGroupPath }>(
    `${collection}/:traitGroupName`,
    {
      schema: {
        tags,
        summary: 'Delete a trait group with all of its values',
        response: withErrors({ 202: ControlPlaneAccepted }, 409),
      },
    },
    async (request, reply) => {
      const input = await controlPlaneRequest(context, request)
      await deleteTraitGroup(context.store, { ...input, name: request.params.traitGroupName })
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The trait group will be deleted.',
      })
    },
  )
}

/** Null says what leaving out says. */
function definitionsOf(traits: TraitGroupCreation['traits'] = {}): TraitDefinitionsInput {
  return Object.fromEntries(
    Object.entries(traits).map(([name, definition]) => [
      name,
      Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== null)),
    ]),
  ) as TraitDefinitionsInput
}
