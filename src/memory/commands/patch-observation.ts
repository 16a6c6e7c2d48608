import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import { type NewObservation, reviseObservation } from '../memory-writing.ts'
import { observationById } from '../observation-rows.ts'

export interface PatchObservation extends MemoryChange {
  observationId: string
  /** What is absent stays. */
  patch: Partial<Omit<NewObservation, 'id'>>
}

/** Changes an observation and keeps what it said before as a revision. Throws `not_found`. Answers the canonical id of the profile. */
export function patchObservation(store: Store, input: PatchObservation): Promise<string> {
  const { observationId: id, patch, now } = input
  return changeMemories(store, input, async (tx, place) => {
    const before = await tx.get(observationById, { ...place, id })
    if (!before) throw unknownObservation(id)
    await reviseObservation(tx, place, before, patch, now)
  })
}

export function unknownObservation(id: string): Error {
  return notFound(`Observation ${wireId('observation', id)} was not found in this profile.`)
}
