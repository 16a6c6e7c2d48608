import type { Store } from '../../store/store.ts'
import type { OverflowPolicy } from '../domain/room.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { addSummaries, type NewSummary } from '../memory-writing.ts'

export interface CreateSummaries extends MemoryChange {
  summaries: readonly NewSummary[]
  maximum: number
  policy: OverflowPolicy
}

/** Adds summaries to a profile; in a full one they take the place of those left alone for longest, unless the policy refuses. Answers the canonical id. */
export function createSummaries(store: Store, input: CreateSummaries): Promise<string> {
  const { profileId: originId, summaries, maximum, policy, now } = input
  return changeMemories(store, input, (tx, place) =>
    addSummaries(tx, place, summaries, { originId, maximum, policy, now }),
  )
}
