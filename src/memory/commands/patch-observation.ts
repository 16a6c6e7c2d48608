import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import type { NewObservation } from '../memory-writing.ts'
import { observationById } from '../observation-rows.ts'
import { observationTable, revisionTable } from '../rows.ts'

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
    const { account, revision: n, source, occurred_at, updated_at, conversation_ids } = before
    const former = { account, observation_id: id, n, source, occurred_at, updated_at, conversation_ids }
    await tx.insert(revisionTable, [{ ...former, content: before.content }])
    const content = patch.content ?? before.content
    const row = {
      account,
      store_id: place.storeId,
      profile_id: place.profileId,
      id,
      content,
      source: patch.source ?? source,
      conversation_ids: patch.conversationIds ? JSON.stringify(patch.conversationIds) : conversation_ids,
      occurred_at: patch.occurredAt ?? occurred_at,
      updated_at: now,
      revision: n + 1,
      embedded_with: content === before.content ? before.embedded_with : '',
    }
    await tx.update(observationTable, observationKey, changedColumns, [row])
  })
}

export function unknownObservation(id: string): Error {
  return notFound(`Observation ${wireId('observation', id)} was not found in this profile.`)
}

const observationKey = ['account', 'store_id', 'profile_id', 'id'] as const
const changedColumns = [
  'content',
  'source',
  'conversation_ids',
  'occurred_at',
  'updated_at',
  'revision',
  'embedded_with',
] as const
