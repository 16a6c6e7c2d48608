import type { NewEvent } from '../events/append.ts'
import type { Snapshot } from './account-cache.ts'
import type { Conversation } from './domain/conversation.ts'

/** Follows conversations for rules of intelligence and for the extraction of memories; always from their first event. */
export const intelligenceFollower = 'intelligence'

/** The intelligence configurations that a conversation is read by: its own list, else the one it pinned. Wire ids, as they were given. */
export function intelligenceLinksOf({
  conversation,
  snapshot,
}: {
  conversation: Conversation
  snapshot: Snapshot
}): readonly string[] {
  return conversation.overrides.intelligenceConfigurationIds ?? snapshot.body.intelligenceConfigurationIds
}

/** Whether the event is one that rules or extraction wait for: something was said, or the status changed. */
export function isReadByIntelligence(
  { type, note }: NewEvent,
  unit: { conversation: Conversation; snapshot: Snapshot },
): boolean {
  const isTransition = type === 'CONVERSATION_UPDATED' && (note?.status === 'INACTIVE' || note?.status === 'CLOSED')
  if (!isTransition && type !== 'COMMUNICATION_CREATED') return false
  if (intelligenceLinksOf(unit).length > 0) return true
  return isTransition && unit.snapshot.body.memoryExtractionEnabled
}
