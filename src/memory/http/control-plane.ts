import type { FastifyReply, FastifyRequest } from 'fastify'
import { accepted, sendStored } from '../../http/accepted.ts'
import { publicUrl } from '../../http/public-url.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { ControlPlaneRequest } from '../commands/patch-store.ts'
import type { MemoryContext } from './context.ts'
import { storeIdOf } from './path.ts'
import { operationUrl } from './present.ts'
import type { StorePath } from './schemas.ts'

/** What every command of the control plane is given of a request. */
export async function controlPlaneRequest(
  context: MemoryContext,
  request: FastifyRequest<{ Params: StorePath }>,
): Promise<ControlPlaneRequest> {
  return {
    account: request.principal.account,
    storeId: storeIdOf(request.params.storeId),
    operationId: newId(),
    requestId: request.id,
    now: await context.clock.now(),
    ifMatch: request.headers['if-match'],
  }
}

/** 202: where the operation that was recorded can be followed. */
export function sendAccepted(
  context: MemoryContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { operationId, message }: { operationId: string; message: string },
): FastifyReply {
  context.pokeOperations()
  const url = operationUrl(publicUrl(request, context.configuredUrl), operationId)
  return sendStored(reply, accepted(url, wireId('memoryOperation', operationId), { message }))
}
