import type { CallChange, CallOutcome, OutboundCall } from '../carriers/carrier.ts'
import type { Carriers } from '../carriers/carriers.ts'
import type { Clock } from '../kernel/clock.ts'
import { Failure, invalid } from '../kernel/failure.ts'
import type { Store } from '../store/store.ts'
import { findCall } from './call-views.ts'
import { type CallStatus, callStatuses } from './domain/call-status.ts'
import type { Leg } from './domain/leg.ts'
import { keepNewLeg } from './saving-legs.ts'

interface Ports {
  store: Store
  clock: Clock
  carriers: Carriers
}

/** Has the number's carrier call, whichever that is, and keeps the call. Throws where the carrier will not or cannot. */
export async function placeCall({ store, clock, carriers }: Ports, call: OutboundCall): Promise<Leg> {
  const { account, key, from, to } = call
  const control = await carriers.callsOf(account, from)
  if (!control) throw invalid('From', `The carrier of ${from} carries no calls.`, 21_210)
  const { callSid, status } = accepted(await control.startCall(call), 'To')
  const known = await findCall(store.read, account, callSid)
  if (known) return known
  const begun: Leg = {
    id: key,
    sid: callSid,
    parentSid: null,
    from,
    to,
    direction: 'outbound-api',
    status: callStatuses.find((one) => one === status) ?? 'queued',
    createdAt: await clock.now(),
    answeredAt: null,
    endedAt: null,
  }
  await store.transact((tx) => keepNewLeg(tx, account, begun))
  // The carrier may have told of it meanwhile.
  return (await findCall(store.read, account, callSid)) ?? begun
}

/** Sends a live call elsewhere, or ends it. Answers its status; throws where the carrier will not or cannot. */
export async function steerCall(
  { carriers }: Ports,
  account: number,
  { sid: callSid, direction, from, to }: Leg,
  change: CallChange,
): Promise<CallStatus | undefined> {
  const [own, other] = direction === 'inbound' ? [to, from] : [from, to]
  const control = await carriers.callsOf(account, own)
  if (!control) throw invalid('Status', `The carrier of ${own} carries no calls.`, 21_220)
  const { status } = accepted(await control.changeCall({ account, callSid, own, other }, change), 'Status')
  return callStatuses.find((one) => one === status)
}

function accepted(outcome: CallOutcome, field: string) {
  if ('callSid' in outcome) return outcome
  if ('refused' in outcome) throw invalid(field, outcome.refused.message, outcome.refused.code)
  throw new Failure('unavailable', `The carrier was not reached: ${outcome.unreachable}.`)
}
