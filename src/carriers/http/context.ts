import type { Conversations } from '../../conversations/conversations.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Carriers } from '../carriers.ts'
import type { VirtualNetwork } from '../virtual-network.ts'

export interface CarriersContext extends RouteContext {
  conversations: Conversations

  carriers: Carriers
  /** The default carrier, whose numbers and messages are this server's own. */
  virtual: VirtualNetwork
  /** Whether numbers may name private hosts and plain http. */
  allowPrivateCallbacks: boolean
}
