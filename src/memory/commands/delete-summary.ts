import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { removeSummaries } from '../memory-writing.ts'
import { unknownSummary } from './patch-summary.ts'

/** Removes the summary of a conversation for good. Throws `not_found`. Answers the canonical id of the profile. */
export function deleteSummary(store: Store, input: MemoryChange & { summaryId: string }): Promise<string> {
  const { summaryId } = input
  return changeMemories(store, input, async (tx, place) => {
    if ((await removeSummaries(tx, place, [summaryId])) === 0) throw unknownSummary(summaryId)
  })
}
