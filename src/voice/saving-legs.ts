import { addressKey } from '../conversations/domain/address.ts'
import type { Tx } from '../store/store.ts'
import { handsetOf, isOver, type Leg } from './domain/leg.ts'
import { type CallRow, callTable } from './rows.ts'

/** Which process runs the leg's call and when that was seen to live, in wall time; null where another network carries it. */
export type RunBy = { node: string; seenAt: number } | null

/** Keeps how a leg stands. */
export async function saveLeg(tx: Tx, account: number, leg: Leg, by: RunBy): Promise<void> {
  const row = rowOf(account, leg, by)
  const isNew = (await tx.insert(callTable, [row], 'nothing')) === 1
  if (!isNew) await tx.update(callTable, ['account', 'id'], ['status', 'live', 'answered_at', 'ended_at'], [row])
}

/** Keeps a leg that another network carries, and answers whether it was not known yet; one that is stays as it stands. */
export async function keepNewLeg(tx: Tx, account: number, leg: Leg): Promise<boolean> {
  return (await tx.insert(callTable, [rowOf(account, leg, null)], 'nothing')) === 1
}

function rowOf(account: number, leg: Leg, by: RunBy): CallRow {
  return {
    account,
    id: leg.id,
    sid: leg.sid,
    parent_sid: leg.parentSid,
    from_address: leg.from,
    to_address: leg.to,
    handset: addressKey('VOICE', handsetOf(leg)),
    direction: leg.direction,
    status: leg.status,
    live: by === null || isOver(leg) ? 0 : 1,
    node: by?.node ?? '',
    seen_at: by?.seenAt ?? 0,
    created_at: leg.createdAt,
    answered_at: leg.answeredAt,
    ended_at: leg.endedAt,
  }
}
