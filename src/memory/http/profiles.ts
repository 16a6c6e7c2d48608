import type { FastifyInstance } from 'fastify'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { createProfile } from '../commands/create-profile.ts'
import { deleteProfile } from '../commands/delete-profile.ts'
import { patchProfile } from '../commands/patch-profile.ts'
import { normalizeIdentifier } from '../domain/normalisation.ts'
import type { TraitsInput } from '../domain/traits.ts'
import { requireIdentifierConfig } from '../identifiers.ts'
import { findProfilesBy } from '../matching.ts'
import { profilesAfter, profilesBefore } from '../profile-rows.ts'
import { requireProfile } from '../profiles.ts'
import { requireActiveStore } from '../stores.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { pageOfIds } from './paging.ts'
import { storeIdOf } from './path.ts'
import { presentProfile } from './present.ts'
import { profileChange } from './profile-change.ts'
import {
  Accepted,
  IdentifierBody,
  ListQuery,
  LookupAnswer,
  maxDataPlanePage,
  ProfileAnswer,
  ProfileBody,
  ProfileCreated,
  ProfileList,
  type ProfilePath,
  ProfileQuery,
  type StorePath,
} from './schemas.ts'
import { groupsNamed } from './traits.ts'

const tags = ['Profiles']
/** Profiles that one answer to a lookup names. */
const maxLookedUp = 100

export function profileRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store

  app.post<{ Params: StorePath; Body: { traits: TraitsInput } }>(
    '/v1/Stores/:storeId/Profiles',
    {
      schema: {
        tags,
        summary: 'Create a profile, or complete the one that its identifiers belong to',
        body: ProfileBody,
        response: withErrors({ 202: ProfileCreated }),
      },
    },
    async (request, reply) => {
      const { profileId, created } = await createProfile(context.store, {
        account: request.principal.account,
        storeId: storeIdOf(request.params.storeId),
        traits: request.body.traits,
        newProfileId: newId(),
        requestId: request.id,
        now: await context.clock.now(),
      })
      const message = created ? 'A new profile was made.' : 'The traits belong to a known profile and were added to it.'
      return reply.status(202).send({ id: wireId('profile', profileId), message })
    },
  )

  app.get<{ Params: StorePath; Querystring: ListQuery }>(
    '/v1/Stores/:storeId/Profiles',
    {
      schema: {
        tags,
        summary: 'List the ids of profiles, without ids that merges have retired',
        querystring: ListQuery,
        response: withErrors({ 200: ProfileList }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { id: storeId } = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
      const { ids, meta } = await pageOfIds(request.query, {
        key: 'profiles',
        kind: 'profile',
        maximum: maxDataPlanePage,
        read: ({ ascending, ...span }) =>
          read.all(ascending ? profilesAfter : profilesBefore, { account, storeId, ...span }),
      })
      return { profiles: ids, meta }
    },
  )

  app.post<{ Params: StorePath; Body: IdentifierBody }>(
    '/v1/Stores/:storeId/Profiles/Lookup',
    {
      schema: {
        tags,
        summary: 'Find profiles by an identifier',
        body: IdentifierBody,
        response: withErrors({ 200: LookupAnswer }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const store = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
      const config = requireIdentifierConfig(store.identitySettings, request.body.idType)
      const value = normalizeIdentifier(config, request.body.value)
      if (value === undefined) return { normalizedValue: request.body.value, profiles: [] }
      const profileIds = await findProfilesBy(read, account, store, { idType: config.idType, value })
      return {
        normalizedValue: value,
        profiles: profileIds.slice(0, maxLookedUp).map((id) => wireId('profile', id)),
      }
    },
  )

  app.get<{ Params: ProfilePath; Querystring: { traitGroups?: string[] } }>(
    '/v1/Stores/:storeId/Profiles/:profileId',
    {
      schema: {
        tags,
        summary: 'Fetch a profile',
        querystring: ProfileQuery,
        response: withErrors({ 200: ProfileAnswer }),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const { id: storeId } = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
      const namedId = pathId('profile', request.params.profileId, 'profile')
      const row = await requireProfile(read, account, storeId, namedId)
      nameCanonical(reply, namedId, row.id)
      return presentProfile(row, groupsNamed(request.query))
    },
  )

  app.patch<{ Params: ProfilePath; Body: { traits: TraitsInput } }>(
    '/v1/Stores/:storeId/Profiles/:profileId',
    {
      schema: {
        tags,
        summary: 'Add, overwrite or (by null) remove traits',
        body: ProfileBody,
        response: withErrors({ 202: Accepted }),
      },
    },
    async (request, reply) => {
      const change = await profileChange(context, request)
      const canonicalId = await patchProfile(context.store, { ...change, traits: request.body.traits })
      nameCanonical(reply, change.profileId, canonicalId)
      return reply.status(202).send({ message: 'The traits were written.' })
    },
  )

  app.delete<{ Params: ProfilePath }>(
    '/v1/Stores/:storeId/Profiles/:profileId',
    { schema: { tags, summary: 'Delete a profile for good', response: withErrors({ 202: Accepted }) } },
    async (request, reply) => {
      const change = await profileChange(context, request)
      nameCanonical(reply, change.profileId, await deleteProfile(context.store, change))
      // Writes wait while it runs, so the answer does not.
      context.store.scrub().catch((err: unknown) => context.log.error({ err }, 'an erased profile was not scrubbed'))
      return reply.status(202).send({ message: 'The profile was deleted.' })
    },
  )
}
