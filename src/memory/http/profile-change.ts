import type { FastifyRequest } from 'fastify'
import { pathId } from '../../http/path-id.ts'
import { newId } from '../../kernel/ids.ts'
import type { ProfileChange } from '../profile-changing.ts'
import type { MemoryContext } from './context.ts'
import { storeIdOf } from './path.ts'
import type { ProfilePath } from './schemas.ts'

/** A request whose path names a profile. */
export type ProfileRequest = Pick<FastifyRequest, 'id' | 'principal'> & { params: ProfilePath }

/** What every command that changes a profile is given of a request. */
export async function profileChange(context: MemoryContext, request: ProfileRequest): Promise<ProfileChange> {
  const { storeId, profileId } = request.params
  return {
    account: request.principal.account,
    storeId: storeIdOf(storeId),
    profileId: pathId('profile', profileId, 'profile'),
    changeId: newId(),
    requestId: request.id,
    now: await context.clock.now(),
  }
}
