import type { Conversations } from '../../conversations/conversations.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Intelligence } from '../intelligence.ts'

export interface IntelligenceContext extends RouteContext {
  /** Whether rules may post to private addresses and by plain http. */
  allowPrivateCallbacks: boolean
  conversations: Conversations
  intelligence: Intelligence
}
