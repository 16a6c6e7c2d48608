import type { Log } from '../kernel/log.ts'
import { type ActionRow, actionTable, dueActions } from './action-rows.ts'
import { type ActionContext, runAction } from './commands/run-action.ts'
import { DueWork } from './due-rows.ts'

/** Actions that are carried out at once, at most. */
const mostAtOnce = 64
/** Wall time for which a claim holds: longer than a carrier may take for all recipients. */
const leaseMs = 5 * 60_000

/** Carries out actions after they were accepted. An action is a row until it is over, so a crash delays it and no more. */
export function actionWork(context: ActionContext & { log: Log; wake: () => void }): DueWork<ActionRow> {
  const { store, log, wake } = context
  return new DueWork({
    name: 'actions',
    store,
    log,
    wake,
    due: dueActions,
    lease: (tx, rows) => tx.update(actionTable, ['account', 'id'], ['leased_until'], rows),
    leaseMs,
    mostAtOnce,
    run: (row) => runAction(context, row),
  })
}
