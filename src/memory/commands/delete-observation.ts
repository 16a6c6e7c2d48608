import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { removeObservations } from '../memory-writing.ts'
import { unknownObservation } from './patch-observation.ts'

/** Removes an observation with its revisions for good. Throws `not_found`. Answers the canonical id of the profile. */
export function deleteObservation(store: Store, input: MemoryChange & { observationId: string }): Promise<string> {
  const { observationId } = input
  return changeMemories(store, input, async (tx, place) => {
    if ((await removeObservations(tx, place, [observationId])) === 0) throw unknownObservation(observationId)
  })
}
