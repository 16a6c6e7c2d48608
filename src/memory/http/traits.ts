import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { DateTime, Meta, wireDate, withErrors } from '../../http/schemas.ts'
import type { ProfileTraits, TraitValue } from '../domain/traits.ts'
import { requireProfile } from '../profiles.ts'
import { requireActiveStore } from '../stores.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { pageOfKnown } from './paging.ts'
import { storeIdOf } from './path.ts'
import { ListQuery, maxDataPlanePage, type ProfilePath, ProfileQuery } from './schemas.ts'

const TraitsQuery = Type.Object({ ...ListQuery.properties, ...ProfileQuery.properties })
type TraitsQuery = Static<typeof TraitsQuery>

const Value = Type.Unsafe<TraitValue>({ description: 'A string, a number, true or false, or a list of these.' })
const TraitList = Type.Object({
  traits: Type.Array(
    Type.Object({ name: Type.String(), value: Value, traitGroup: Type.String(), timestamp: DateTime }),
  ),
  meta: Meta,
})

export function traitRoutes(app: FastifyInstance, context: MemoryContext): void {
  const { read } = context.store

  app.get<{ Params: ProfilePath; Querystring: TraitsQuery }>(
    '/v1/Stores/:storeId/Profiles/:profileId/Traits',
    {
      schema: {
        tags: ['Profile traits'],
        summary: 'List the traits of a profile, the last written first',
        querystring: TraitsQuery,
        response: withErrors({ 200: TraitList }),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const { id: storeId } = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
      const namedId = pathId('profile', request.params.profileId, 'profile')
      const row = await requireProfile(read, account, storeId, namedId)
      nameCanonical(reply, namedId, row.id)
      const { items, meta } = pageOfKnown(request.query, traitsIn(JSON.parse(row.traits), groupsNamed(request.query)), {
        key: 'traits',
        maximum: maxDataPlanePage,
        positionOf: ({ at, traitGroup, name }) => [at, traitGroup, name],
      })
      return { traits: items.map(({ at, ...trait }) => ({ ...trait, timestamp: wireDate(at) })), meta }
    },
  )
}

/** The groups that a query asks for, comma-separated or repeated; undefined for all. */
export function groupsNamed(query: { traitGroups?: string[] }): ReadonlySet<string> | undefined {
  return query.traitGroups && new Set(query.traitGroups.flatMap((names) => names.split(',').map((name) => name.trim())))
}

function traitsIn(traits: ProfileTraits, groups: ReadonlySet<string> | undefined) {
  return Object.entries(traits)
    .filter(([traitGroup]) => groups === undefined || groups.has(traitGroup))
    .flatMap(([traitGroup, ofGroup]) =>
      Object.entries(ofGroup).map(([name, { value, at }]) => ({ name, value, traitGroup, at })),
    )
}
