import { answerIncoming, tellStatus } from './commands/run-callback.ts'
import { DueWork } from './due-rows.ts'
import { type CallbackRow, dueCallbacks } from './message-rows.ts'
import type { Network } from './network.ts'

/**
 * Asks applications what to do with messages that came in, and tells them of new statuses. What is to be asked or told is a
 * row until it has been; after a crash it is asked again, under the same token, and what it answers is done once.
 */
export function callbackWork(network: Network): DueWork<CallbackRow> {
  const { store, log, wake } = network
  return new DueWork({
    name: 'message webhooks',
    store,
    log,
    wake,
    due: dueCallbacks,
    run: (row) => (row.status === null ? answerIncoming(network, row) : tellStatus(network, row)),
  })
}
