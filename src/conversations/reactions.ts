import type { Tx } from '../store/store.ts'
import type { Communication } from './domain/conversation.ts'
import type { Participant } from './domain/model.ts'

/** What one transaction did to a conversation whose configuration bridges a classic service. */
export interface BridgedChange {
  conversationId: string
  name: string | null
  serviceId: string
  /** All who take part now. */
  participants: readonly Participant[]
  /** Ids of those who no longer do. */
  removed: readonly string[]
  communications: readonly Communication[]
}

/** What the room of the classic service does in the same transaction, with the database alone; conversations are locked, lanes not yet. */
export type ReactToBridged = (tx: Tx, account: number, changes: readonly BridgedChange[], now: number) => Promise<void>
