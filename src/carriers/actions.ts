import type { Log } from '../kernel/log.ts'
import { type ActionRow, dueActions } from './action-rows.ts'
import { type ActionContext, runAction } from './commands/run-action.ts'
import { DueWork } from './due-rows.ts'

/** Carries out actions after they were accepted. An action is a row until it is over, so a crash delays it and no more. */
export function actionWork(context: ActionContext & { log: Log; wake: () => void }): DueWork<ActionRow> {
  const { store, log, wake } = context
  return new DueWork({ name: 'actions', store, log, wake, due: dueActions, run: (row) => runAction(context, row) })
}
