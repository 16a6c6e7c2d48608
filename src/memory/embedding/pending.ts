import { allAccounts } from '../../accounts/rows.ts'
import type { Reader } from '../../store/store.ts'
import { unembedded } from '../vector-rows.ts'

/** A memory without a vector of the model in use. */
export interface PendingMemory {
  account: number
  storeId: string
  profileId: string
  id: string
  kind: 'observation' | 'summary'
  content: string
  updatedAt: number
}

const kinds = ['observation', 'summary', 'observation', 'summary'] as const

/** Memories of one account without a vector of the model, those without any first and without those that are left out. */
export async function pendingMemories(
  read: Reader,
  { model, limit, leftOut }: { model: string; limit: number; leftOut: ReadonlySet<string> },
): Promise<PendingMemory[]> {
  for (const { account } of await read.all(allAccounts, {})) {
    const found: PendingMemory[] = []
    for (const [at, statement] of unembedded.entries()) {
      const rows = await read.all(statement, { account, model, limit: limit + leftOut.size })
      const kind = kinds[at] as PendingMemory['kind']
      for (const { id, store_id: storeId, profile_id: profileId, content, updated_at: updatedAt } of rows) {
        if (!leftOut.has(id)) found.push({ account, storeId, profileId, id, kind, content, updatedAt })
      }
      if (found.length >= limit) break
    }
    if (found.length > 0) return found.slice(0, limit)
  }
  return []
}
