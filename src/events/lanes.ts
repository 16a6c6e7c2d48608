import type { Tx } from '../store/store.ts'
import { type LaneRow, laneTable, lockLanes } from './rows.ts'

/** New events of one conversation, and who follows it. */
export interface Followed {
  conversationId: string
  followers: readonly string[]
  /** The number of the last event before the new ones: where a new lane begins. */
  before: number
}

/**
 * Wakes the lanes of followers, in the transaction that appends the events. A lane that is awake is left alone, but locked:
 * whoever is about to put it to sleep waits for this transaction and then sees its events.
 */
export async function wakeLanes(tx: Tx, account: number, followed: readonly Followed[], now: number): Promise<void> {
  if (followed.length === 0) return
  const rows = await tx.all(lockLanes, {
    account,
    conversationIds: followed.map(({ conversationId }) => conversationId),
  })
  const known = new Map(rows.map((row) => [laneKey(row.conversation_id, row.follower), row]))
  const created: LaneRow[] = []
  const woken: LaneRow[] = []
  for (const { conversationId, followers, before } of followed) {
    for (const follower of followers) {
      const lane = known.get(laneKey(conversationId, follower))
      if (!lane) {
        created.push({
          account,
          follower,
          conversation_id: conversationId,
          done: before,
          due_at: now,
          leased_until: null,
        })
      } else if (lane.due_at === null) woken.push({ ...lane, due_at: now })
    }
  }
  await tx.insert(laneTable, created)
  await tx.update(laneTable, ['account', 'follower', 'conversation_id'], ['due_at'], woken)
}

function laneKey(conversationId: string, follower: string): string {
  return `${conversationId} ${follower}`
}
