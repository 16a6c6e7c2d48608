import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { deleteSummaries } from '../summary-rows.ts'
import { unknownSummary } from './patch-summary.ts'

/** Removes the summary of a conversation for good. Throws `not_found`. Answers the canonical id of the profile. */
export function deleteSummary(store: Store, input: MemoryChange & { summaryId: string }): Promise<string> {
  const { summaryId } = input
  return changeMemories(store, input, async (tx, place) => {
    if ((await tx.run(deleteSummaries, { ...place, ids: [summaryId] })) === 0) throw unknownSummary(summaryId)
  })
}
