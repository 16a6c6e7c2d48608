/** What a recall looks for; limits of zero leave a kind out. */
export interface RecallWish {
  /** Inclusive, in epoch milliseconds. */
  begin: number
  /** Exclusive. */
  end: number
  limit: number
  relevanceThreshold: number
}

export interface Recallable {
  id: string
  occurredAt: number
}

export type Recalled<T> = T & { score?: number }

/**
 * The memories of one kind that a recall answers. With scores, from 0 to 1 and one for each, the most relevant come first
 * and those below the threshold not at all; without, the most recent come first. Of equals the more recent one comes first.
 */
export function selectMemories<T extends Recallable>(
  memories: readonly T[],
  scores: readonly number[] | undefined,
  wish: RecallWish,
): Recalled<T>[] {
  const { begin, end, limit, relevanceThreshold } = wish
  return memories
    .map((memory, at) => ({ memory, score: scores?.[at] ?? 0 }))
    .filter(({ memory }) => memory.occurredAt >= begin && memory.occurredAt < end)
    .filter(({ score }) => scores === undefined || score >= relevanceThreshold)
    .sort(
      (a, b) => b.score - a.score || b.memory.occurredAt - a.memory.occurredAt || (a.memory.id < b.memory.id ? 1 : -1),
    )
    .slice(0, limit)
    .map(({ memory, score }) => (scores === undefined ? { ...memory } : { ...memory, score: roundedScore(score) }))
}

/** Six digits: beyond them nobody compares, and answers stay short. */
function roundedScore(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 1e6) / 1e6
}
