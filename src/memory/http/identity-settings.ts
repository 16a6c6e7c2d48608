import type { FastifyInstance } from 'fastify'
import { withErrors } from '../../http/schemas.ts'
import { replaceIdentitySettings } from '../commands/replace-identity-settings.ts'
import { etagOf } from '../domain/etag.ts'
import type { IdentitySettingsInput } from '../domain/identity-settings.ts'
import { identityTagId, requireStore } from '../stores.ts'
import type { MemoryContext } from './context.ts'
import { controlPlaneRequest, sendAccepted } from './control-plane.ts'
import { storeIdOf } from './path.ts'
import { presentIdentitySettings } from './present.ts'
import { ControlPlaneAccepted, IdentitySettingsAnswer, identitySettingsBody, type StorePath } from './schemas.ts'

const tags = ['Identity resolution settings']
const path = '/v1/ControlPlane/Stores/:storeId/IdentityResolutionSettings'

export function identitySettingsRoutes(app: FastifyInstance, context: MemoryContext): void {
  app.get<{ Params: StorePath }>(
    path,
    {
      schema: {
        tags,
        summary: 'Fetch how profiles are told apart',
        response: withErrors({ 200: IdentitySettingsAnswer }),
      },
    },
    async (request, reply) => {
      const store = await requireStore(context.store.read, request.principal.account, storeIdOf(request.params.storeId))
      reply.header('etag', etagOf(identityTagId(store.id), store.identityVersion))
      return presentIdentitySettings(store)
    },
  )

  app.put<{ Params: StorePath; Body: IdentitySettingsInput }>(
    path,
    {
      schema: {
        tags,
        summary: 'Replace how profiles are told apart',
        body: identitySettingsBody(context.limits),
        response: withErrors({ 202: ControlPlaneAccepted }, 409, 412),
      },
    },
    async (request, reply) => {
      const input = await controlPlaneRequest(context, request)
      await replaceIdentitySettings(context.store, { ...input, settings: request.body })
      return sendAccepted(context, request, reply, {
        operationId: input.operationId,
        message: 'The identity resolution settings will be replaced.',
      })
    },
  )
}
