import { targetIdsOf } from '../events/targets.ts'
import type { Working } from './commands/working.ts'
import type { Unit } from './unit.ts'

/** Something that belongs into a conversation's history and is sent to the webhooks of one owner. */
export interface Telling {
  type: 'RULE_EXECUTED'
  /** Without prefix: the rule whose actions name the webhooks. */
  ownerId: string
  /** The body of the webhook, kept as it is now. */
  data: object
}

/**
 * Sends something to the webhooks of one owner, in the transaction of what it tells of: it becomes an event of the
 * conversation, and what is promised of status callbacks holds for it. Answers whether the owner has any webhook; if not,
 * nothing is recorded.
 */
export async function tell(
  { tx, account, work }: Pick<Working, 'tx' | 'account' | 'work'>,
  unit: Unit,
  { type, ownerId, data }: Telling,
): Promise<boolean> {
  const targetIds = await targetIdsOf(tx, account, ownerId)
  if (targetIds.length === 0) return false
  work.record(unit, type, { told: { ownerId, targetIds, data } })
  return true
}
