import type { Tallies } from '../../events/tallies.ts'
import type { RouteContext } from '../../http/context.ts'
import type { Conversations } from '../conversations.ts'
import type { ReadIntelligence } from '../diagnosing.ts'

export interface ConversationsContext extends RouteContext {
  conversations: Conversations
  tallies: Tallies
  /** What rules and extraction made of a conversation, for its diagnosis. */
  readIntelligence: ReadIntelligence
}
