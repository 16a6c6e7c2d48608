import type { FastifyInstance } from 'fastify'
import { accountsScope } from '../../http/accounts-scope.ts'
import { callRoutes } from './calls.ts'
import type { VoiceContext } from './context.ts'
import { handsetRoutes } from './handsets.ts'
import { transcriptionRoutes } from './transcriptions.ts'

/** What clients of this server call: the calls of an account, and the handsets of the virtual network. */
export function voiceRoutes(app: FastifyInstance, context: VoiceContext): void {
  accountsScope(app, (scope) => {
    callRoutes(scope, context)
    transcriptionRoutes(scope, context)
  })
  handsetRoutes(app, context)
}
