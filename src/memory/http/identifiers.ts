import type { FastifyInstance, FastifyReply } from 'fastify'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { addIdentifier } from '../commands/add-identifier.ts'
import { removeIdentifier } from '../commands/remove-identifier.ts'
import { replaceIdentifier } from '../commands/replace-identifier.ts'
import { canonicalIdType, identifierConfig } from '../domain/identity-settings.ts'
import { identifiersOf } from '../identifier-rows.ts'
import { requireProfile } from '../profiles.ts'
import { requireActiveStore } from '../stores.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { storeIdOf } from './path.ts'
import { type ProfileRequest, profileChange } from './profile-change.ts'
import {
  Accepted,
  IdentifierBody,
  IdentifierList,
  IdentifierPatch,
  type IdentifierPath,
  IdentifierSet,
  type ProfilePath,
  RemoveQuery,
} from './schemas.ts'

const tags = ['Profile identifiers']
const collection = '/v1/Stores/:storeId/Profiles/:profileId/Identifiers'

export function identifierRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.post<{ Params: ProfilePath; Body: IdentifierBody }>(
    collection,
    {
      schema: {
        tags,
        summary: 'Add an identifier, which merges the profile with whoever holds it',
        body: IdentifierBody,
        response: withErrors({ 202: Accepted }),
      },
    },
    async (request, reply) => {
      const change = await profileChange(context, request)
      const { idType, value } = request.body
      nameCanonical(reply, change.profileId, await addIdentifier(context.store, { ...change, idType, value }))
      return reply.status(202).send({ message: 'The identifier was added.' })
    },
  )

  app.get<{ Params: ProfilePath }>(
    collection,
    {
      schema: {
        tags,
        summary: 'List the identifiers of a profile by type, each oldest first',
        response: withErrors({ 200: IdentifierList }),
      },
    },
    async (request, reply) => ({ identifiers: await identifierSets(context, request, reply) }),
  )

  app.get<{ Params: IdentifierPath }>(
    `${collection}/:idType`,
    {
      schema: {
        tags,
        summary: 'Fetch the identifiers of one type, oldest first',
        response: withErrors({ 200: IdentifierSet }),
      },
    },
    async (request, reply) => {
      const idType = canonicalIdType(request.params.idType)
      const sets = await identifierSets(context, request, reply)
      const set = sets.find((one) => one.idType === idType)
      if (!set) throw notFound(`This profile has no "${idType.slice(0, 100)}" identifier.`, 520014)
      return set
    },
  )

  app.patch<{ Params: IdentifierPath; Body: IdentifierPatch }>(
    `${collection}/:idType`,
    {
      schema: {
        tags,
        summary: 'Put one value in the place of another',
        body: IdentifierPatch,
        response: withErrors({ 202: Accepted }, 409),
      },
    },
    async (request, reply) => {
      const change = await profileChange(context, request)
      if (canonicalIdType(request.body.idType) !== canonicalIdType(request.params.idType)) {
        throw new Failure('invalid', 'idType must be the one that the path names', { code: 520046, field: 'idType' })
      }
      const canonicalId = await replaceIdentifier(context.store, { ...change, ...request.body })
      nameCanonical(reply, change.profileId, canonicalId)
      return reply.status(202).send({ message: 'The identifier was replaced.' })
    },
  )

  app.delete<{ Params: IdentifierPath; Querystring: { removeAll?: boolean } }>(
    `${collection}/:idType`,
    {
      schema: {
        tags,
        summary: 'Remove the value that would be evicted next, or all values of a type',
        querystring: RemoveQuery,
        response: withErrors({ 202: Accepted }),
      },
    },
    async (request, reply) => {
      const change = await profileChange(context, request)
      const { idType } = request.params
      const removeAll = request.query.removeAll ?? false
      nameCanonical(reply, change.profileId, await removeIdentifier(context.store, { ...change, idType, removeAll }))
      return reply
        .status(202)
        .send({ message: removeAll ? 'The identifiers were removed.' : 'One identifier was removed.' })
    },
  )
}

async function identifierSets(
  context: MemoryContext,
  request: ProfileRequest,
  reply: FastifyReply,
): Promise<{ idType: string; values: string[] }[]> {
  const { read } = context.store
  const { account } = request.principal
  const store = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
  const namedId = pathId('profile', request.params.profileId, 'profile')
  const { id } = await requireProfile(read, account, store.id, namedId)
  nameCanonical(reply, namedId, id)
  const rows = await read.all(identifiersOf, { account, storeId: store.id, profileIds: [id] })
  const configured = rows.filter((row) => identifierConfig(store.identitySettings, row.id_type))
  return [...Map.groupBy(configured, (row) => row.id_type)].map(([idType, ofType]) => ({
    idType,
    values: ofType.map((row) => row.value),
  }))
}
