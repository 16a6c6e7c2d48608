import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { Store, Tx } from '../../store/store.ts'
import { encodeVector, type Vector } from '../domain/vectors.ts'
import { changeMemories } from '../memory-changing.ts'
import { type OfProfile, observationTable, summaryTable, vectorTable } from '../rows.ts'
import { deleteVectors, observationContents, summaryContents } from '../vector-rows.ts'
import type { PendingMemory } from './pending.ts'

export interface EmbeddedMemory extends PendingMemory {
  vector: Vector
}

/**
 * Keeps the vectors of memories that still say what was embedded, with the name of the model, in one commit for each profile.
 * Answers the ids of those that could not be kept, as their store is going or gone.
 */
export async function saveVectors(
  store: Store,
  memories: readonly EmbeddedMemory[],
  { model, now }: { model: string; now: number },
): Promise<string[]> {
  const groups = Object.values(
    Object.groupBy(memories, ({ storeId, profileId }) => `${storeId} ${profileId}`),
  ) as EmbeddedMemory[][]
  const unsaved = await Promise.all(
    groups.map(async (group) => {
      const { account, storeId, profileId } = group[0] as EmbeddedMemory
      const change = { account, storeId, profileId, changeId: newId(), now }
      try {
        await changeMemories(store, change, (tx, place) => saveOfProfile(tx, place, group, model))
        return []
      } catch (error) {
        if (error instanceof Failure && error.kind !== 'unavailable') return group.map(({ id }) => id)
        throw error
      }
    }),
  )
  return unsaved.flat()
}

async function saveOfProfile(
  tx: Tx,
  place: OfProfile,
  memories: readonly EmbeddedMemory[],
  model: string,
): Promise<void> {
  const { account } = place
  for (const [kind, table, contents] of kinds) {
    const ids = memories.filter((memory) => memory.kind === kind).map(({ id }) => id)
    if (ids.length === 0) continue
    const current = new Map((await tx.all(contents, { ...place, ids })).map(({ id, content }) => [id, content]))
    const same = memories.filter(({ id, content }) => current.get(id) === content)
    if (same.length === 0) continue
    const key = { account, store_id: place.storeId, profile_id: place.profileId }
    const marks = same.map(({ id }) => ({ ...key, id, embedded_with: model }))
    await tx.update(table, ['account', 'store_id', 'profile_id', 'id'], ['embedded_with'], marks)
    await tx.run(deleteVectors, { account, ids: same.map(({ id }) => id) })
    const rows = same.map(({ id, vector }) => ({ account, memory_id: id, vector: encodeVector(vector) }))
    await tx.insert(vectorTable, rows)
  }
}

const kinds = [
  ['observation', observationTable, observationContents],
  ['summary', summaryTable, summaryContents],
] as const
