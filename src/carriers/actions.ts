import type { Log } from '../kernel/log.ts'
import { type ActionRow, actionTable, dueActions } from './action-rows.ts'
import { type ActionContext, runAction } from './commands/run-action.ts'
import { DueWork } from './due-rows.ts'

/** Actions that are carried out at once, at most. */
const mostAtOnce = 64
/** After a crash an action that was under way is taken up again when so much wall time has gone by. */
const leaseMs = 30_000

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
