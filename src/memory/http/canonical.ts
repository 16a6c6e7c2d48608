import type { FastifyReply, FastifyRequest } from 'fastify'
import { publicUrl } from '../../http/public-url.ts'
import { parseWireId, wireId } from '../../kernel/ids.ts'
import { canonicalIds } from '../steps.ts'
import type { MemoryContext } from './context.ts'
import { storeIdOf } from './path.ts'
import type { ProfilePath } from './schemas.ts'

/** Tells the caller which profile answered when it is not the one that was named, because a merge has retired that id. */
export function nameCanonical(reply: FastifyReply, namedId: string, canonicalId: string): void {
  if (namedId !== canonicalId) reply.header('canonical-profile-id', wireId('profile', canonicalId))
}

/** Sends whoever names a retired id to the same resource of the profile that took its place: reads by 301, all else by 308. */
export function redirectRetired(context: MemoryContext) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const path = request.params as Partial<ProfilePath>
    const profileId = parseWireId('profile', path.profileId ?? '')
    if (profileId === undefined || path.storeId === undefined) return undefined
    const place = { storeId: storeIdOf(path.storeId), profileId }
    const canonical = await canonicalIds(context.store.read, request.principal.account, [place])
    const canonicalId = canonical.get(profileId)
    if (canonicalId === undefined || canonicalId === profileId) return undefined
    const wire = wireId('profile', canonicalId)
    const uri = publicUrl(request, context.configuredUrl) + request.url.replace(wireId('profile', profileId), wire)
    return reply
      .status(request.method === 'GET' ? 301 : 308)
      .headers({ location: uri, 'canonical-profile-id': wire })
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send({ message: 'This profile was merged into another one.', uri })
  }
}
