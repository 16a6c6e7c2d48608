import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { saveTargetState } from '../delivering.ts'
import { lockTarget, type TargetRow } from '../target-rows.ts'

/** Nothing more is sent to the target until it is enabled; what happens meanwhile waits for it. No change if it is disabled already. */
export function disableTarget(store: Store, account: number, id: string, now: number): Promise<void> {
  return change(store, account, id, (target) =>
    target.state === 'DISABLED'
      ? target
      : { ...target, state: 'DISABLED', disabled_reason: 'Disabled by request.', disabled_at: now },
  )
}

/** Goes on where the target was left, as if it had never failed. */
export function enableTarget(store: Store, account: number, id: string): Promise<void> {
  return change(store, account, id, (target) => ({
    ...target,
    state: 'ACTIVE',
    disabled_reason: null,
    disabled_at: null,
    failing_since: null,
    failures: 0,
  }))
}

/** The target, unless it is unknown or has been removed; then throws. */
export function requireTarget(target: TargetRow | undefined, id: string): TargetRow {
  if (!target) throw notFound(`There is no target ${wireId('target', id)}.`)
  if (target.removed_at !== null) {
    throw new Failure('conflict', `Target ${wireId('target', id)} has been removed from the callbacks that named it.`)
  }
  return target
}

function change(store: Store, account: number, id: string, decide: (target: TargetRow) => TargetRow): Promise<void> {
  return store.transact(async (tx) => {
    const target = requireTarget(await tx.get(lockTarget, { account, id }), id)
    await saveTargetState(tx, decide(target))
  })
}
