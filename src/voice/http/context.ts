import type { AccountSecrets } from '../../accounts/secrets.ts'
import type { Applications } from '../../carriers/applications.ts'
import type { Carriers } from '../../carriers/carriers.ts'
import type { Connections } from '../../carriers/connections/connections.ts'
import type { Receipts } from '../../carriers/connections/receipts.ts'
import type { TrafficIntake } from '../../conversations/traffic-intake.ts'
import type { IgnoredInput } from '../../events/ignored-input.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Calls } from '../calls.ts'
import type { RelayProxies } from '../relay-proxies.ts'

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
