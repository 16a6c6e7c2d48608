import type { Tx } from '../store/store.ts'
import { channelBits } from './domain/channel-bits.ts'
import { dueAt, isClockRunning } from './domain/lifecycle.ts'
import { type ConversationRow, conversationRow, conversationTable } from './rows.ts'
import type { Unit } from './unit.ts'

/** Writes the rows of the conversations that changed. */
export function saveUnits(tx: Tx, account: number, units: Iterable<Unit>, now: number): Promise<unknown>[] {
  const created: ConversationRow[] = []
  const clocksOnly: ConversationRow[] = []
  const everything: ConversationRow[] = []
  for (const unit of units) {
    if (!unit.changed) continue
    const wake = wakeOf(unit, now)
    const channels = channelBits(unit.participants)
    const row = conversationRow(account, unit.conversation, wake, channels)
    if (unit.isNew) created.push(row)
    else if (unit.attributesChanged || wakesElse(unit, wake) || channels !== unit.channels) everything.push(row)
    else clocksOnly.push(row)
  }
  // An ordinary message changes only these columns, and then no index of the row is touched.
  const clocks = ['clocks', 'last_communication_at', 'event_count', 'updated_at'] as const
  const others = ['status', 'name', 'metadata', 'overrides', 'wake_at', 'stuck', 'deleting', 'channels'] as const
  return [
    tx.insert(conversationTable, created),
    tx.update(conversationTable, ['account', 'id'], clocks, clocksOnly),
    tx.update(conversationTable, ['account', 'id'], [...clocks, ...others], everything),
  ]
}

function wakesElse(unit: Unit, wake: { at: number | null; stuck: boolean }): boolean {
  return wake.at !== unit.wakeAt || wake.stuck !== unit.stuck
}

/** The row's wake-up time stays while it is not later than what is due: a message only moves that away. */
function wakeOf({ conversation, snapshot, isNew, wakeAt }: Unit, now: number): { at: number | null; stuck: boolean } {
  const { lifecycle } = conversation
  if (lifecycle.status === 'CLOSED' || conversation.deleting) return { at: null, stuck: false }
  const due = dueAt(lifecycle, snapshot.rules)
  const keep = !isNew && wakeAt !== null && wakeAt > now && due !== null && wakeAt <= due
  return { at: keep ? wakeAt : due, stuck: !isClockRunning(lifecycle, snapshot.rules) }
}
