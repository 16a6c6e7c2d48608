import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { changeMemories, type MemoryChange } from '../memory-changing.ts'
import type { NewSummary } from '../memory-writing.ts'
import { summaryTable } from '../rows.ts'
import { summaryById } from '../summary-rows.ts'

export interface PatchSummary extends MemoryChange {
  summaryId: string
  /** What is absent stays. */
  patch: Partial<Omit<NewSummary, 'id'>>
}

/** Changes the summary of a conversation, which keeps no revisions. Throws `not_found`. Answers the canonical id of the profile. */
export function patchSummary(store: Store, input: PatchSummary): Promise<string> {
  const { summaryId: id, patch, now } = input
  return changeMemories(store, input, async (tx, place) => {
    const before = await tx.get(summaryById, { ...place, id })
    if (!before) throw unknownSummary(id)
    const content = patch.content ?? before.content
    const row = {
      account: place.account,
      store_id: place.storeId,
      profile_id: place.profileId,
      id,
      content,
      source: patch.source ?? before.source,
      conversation_id: patch.conversationId ?? before.conversation_id,
      occurred_at: patch.occurredAt ?? before.occurred_at,
      updated_at: now,
      embedded_with: content === before.content ? before.embedded_with : '',
    }
    await tx.update(summaryTable, summaryKey, changedColumns, [row])
  })
}

export function unknownSummary(id: string): Error {
  return notFound(`Summary ${wireId('summary', id)} was not found in this profile.`)
}

const summaryKey = ['account', 'store_id', 'profile_id', 'id'] as const
const changedColumns = ['content', 'source', 'conversation_id', 'occurred_at', 'updated_at', 'embedded_with'] as const
