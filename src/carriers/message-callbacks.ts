import { answerIncoming, tellStatus } from './commands/run-callback.ts'
import { DueWork } from './due-rows.ts'
import { type CallbackRow, callbackTable, dueCallbacks } from './message-rows.ts'
import type { Network } from './network.ts'

/** Requests to applications that are under way at once, at most. */
const mostAtOnce = 64
/** After a crash an application that was being asked is asked again when so much wall time has gone by. */
const leaseMs = 30_000

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
    lease: (tx, rows) => tx.update(callbackTable, ['account', 'id'], ['leased_until'], rows),
    leaseMs,
    mostAtOnce,
    run: (row) => (row.status === null ? answerIncoming(network, row) : tellStatus(network, row)),
  })
}
