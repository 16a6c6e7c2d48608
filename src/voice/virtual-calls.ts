import type { AccountSecrets } from '../accounts/secrets.ts'
import type { CallChange, CallControl, CallOutcome, OutboundCall, StartedCall } from '../carriers/carrier.ts'
import type { Clock } from '../kernel/clock.ts'
import { sidOf } from '../kernel/sids.ts'
import type { Store } from '../store/store.ts'
import { findCall } from './call-views.ts'
import type { Calls } from './calls.ts'
import { isOver } from './domain/leg.ts'
import { callEvents } from './domain/verbs.ts'

interface Options {
  store: Store
  clock: Clock
  secrets: AccountSecrets
  calls: Calls
}

/** How the virtual network's calls are started and steered, as with any other carrier. */
export class VirtualCalls implements CallControl {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  async startCall(call: OutboundCall): Promise<CallOutcome> {
    const { store, clock, secrets, calls } = this.#options
    const { account, key, from, to, instructions, statusCallback, timeoutSeconds, requestId } = call
    const known = await findCall(store.read, account, sidOf('CA', key))
    if (known) return { callSid: known.sid, status: known.status }
    const { accountSid } = await secrets.of(account)
    const events = callEvents.filter((event) => statusCallback?.events.includes(event))
    const { sid, status } = await calls.begin({
      id: key,
      account,
      accountSid,
      requestId,
      from,
      to,
      direction: 'outbound-api',
      instructions,
      statusCallback: statusCallback && { ...statusCallback, events },
      ringSeconds: timeoutSeconds,
      now: await clock.now(),
    })
    return { callSid: sid, status }
  }

  async changeCall({ account, callSid }: StartedCall, change: CallChange): Promise<CallOutcome> {
    const live = this.#options.calls.find(account, callSid)
    if (!live || isOver(live.leg)) return refused(`The call is ${live?.leg.status ?? 'over'}; it can not be changed.`)
    const { call, leg } = live
    if ('status' in change) {
      if (change.status === 'canceled' && leg.answeredAt !== null) {
        return refused('The call is answered; set Status to completed to end it.')
      }
      await call.hangUp(leg, change.status)
    } else if (leg !== call.leg) return refused('A dialled call does as the one that dialled it.')
    else await call.redirect(change.instructions)
    return { callSid, status: leg.status }
  }
}

function refused(message: string): CallOutcome {
  return { refused: { code: 21_220, message } }
}
