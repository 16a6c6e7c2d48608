import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { withErrors } from '../../http/schemas.ts'
import { writeProfilesInBulk } from '../commands/write-profiles.ts'
import type { TraitsInput } from '../domain/traits.ts'
import type { MemoryContext } from './context.ts'
import { storeIdOf } from './path.ts'
import { Accepted, ProfileBody, type StorePath } from './schemas.ts'

export function bulkRoutes(app: FastifyInstance, context: MemoryContext): void {
  const BulkBody = Type.Object({
    profiles: Type.Array(ProfileBody, { minItems: 1, maxItems: context.limits.bulkProfiles }),
  })

  app.put<{ Params: StorePath; Body: { profiles: { traits: TraitsInput }[] } }>(
    '/v1/Stores/:storeId/Profiles/Bulk',
    {
      schema: {
        tags: ['Profiles'],
        summary: 'Write many profiles, each new or the one that its identifiers belong to',
        body: BulkBody,
        response: withErrors({ 202: Accepted }),
      },
    },
    async (request, reply) => {
      const { profiles } = request.body
      const { written } = await writeProfilesInBulk(context.store, {
        account: request.principal.account,
        storeId: storeIdOf(request.params.storeId),
        profiles,
        requestId: request.id,
        now: await context.clock.now(),
      })
      const passedOver = profiles.length - written
      const rest =
        passedOver === 0
          ? ''
          : ` ${passedOver} ${passedOver === 1 ? 'was' : 'were'} passed over; the debugger has the reasons.`
      return reply.status(202).send({ message: `${written} of ${profiles.length} profiles were written.${rest}` })
    },
  )
}
