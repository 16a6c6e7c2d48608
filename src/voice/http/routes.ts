import type { FastifyInstance } from 'fastify'
import type { AccountSecrets } from '../../accounts/secrets.ts'
import type { Applications } from '../../carriers/applications.ts'
import type { Carriers } from '../../carriers/carriers.ts'
import type { Connections } from '../../carriers/connections/connections.ts'
import type { Receipts } from '../../carriers/connections/receipts.ts'
import type { TrafficIntake } from '../../conversations/traffic-intake.ts'
import type { IgnoredInput } from '../../events/ignored-input.ts'
import { accountsScope } from '../../http/accounts-scope.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Calls } from '../calls.ts'
import type { RelayProxies } from '../relay-proxies.ts'
import { callRoutes } from './calls.ts'
import { handsetRoutes } from './handsets.ts'
import { transcriptionRoutes } from './transcriptions.ts'

export interface VoiceContext extends RouteContext {
  calls: Calls
  carriers: Carriers
  relayProxies: RelayProxies
  intake: TrafficIntake
  applications: Applications
  secrets: AccountSecrets
  connections: Connections
  receipts: Receipts
  ignored: IgnoredInput
  /** Whether calls may name private hosts and plain http. */
  allowPrivateCallbacks: boolean
}

/** What clients of this server call: the calls of an account, and the handsets of the virtual network. */
export function voiceRoutes(app: FastifyInstance, context: VoiceContext): void {
  accountsScope(app, (scope) => {
    callRoutes(scope, context)
    transcriptionRoutes(scope, context)
  })
  handsetRoutes(app, context)
}
