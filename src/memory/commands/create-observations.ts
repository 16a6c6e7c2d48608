import type { Store } from '../../store/store.ts'
import type { OverflowPolicy } from '../domain/room.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { addObservations, type NewObservation } from '../memory-writing.ts'

export interface CreateObservations extends MemoryChange {
  observations: readonly NewObservation[]
  maximum: number
  policy: OverflowPolicy
}

/** Adds observations to a profile; in a full one they take the place of those left alone for longest, unless the policy refuses. Answers the canonical id. */
export function createObservations(store: Store, input: CreateObservations): Promise<string> {
  const { profileId: originId, observations, maximum, policy, now } = input
  return changeMemories(store, input, (tx, place) =>
    addObservations(tx, place, observations, { originId, maximum, policy, now }),
  )
}
