import { hash } from 'node:crypto'
import { wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import {
  type DeliveryAttemptRow,
  type DeliveryRow,
  type DeliveryState,
  deliveryAttemptTable,
  deliveryStates,
  deliveryTable,
} from './delivery-rows.ts'
import { disableAfterMs, judge, parkingAttempt, type RetryPolicy, retryDelayMs } from './domain/retry.ts'
import { reportDiagnostic } from './report.ts'
import type { EventRow } from './rows.ts'
import { lockTarget, type TargetRow, targetTable } from './target-rows.ts'

/** Codes of the debugger about deliveries. */
const deliveryDiagnostics = {
  givenUp: { code: 530920, message: 'A webhook was given up after its last attempt; it can be replayed.' },
  disabled: { code: 530921, message: 'A webhook target was disabled; it can be enabled again.' },
} as const

/** One attempt, as it went. `at` and `latencyMs` are wall time. */
export interface Attempt {
  at: number
  url: string
  latencyMs: number
  outcome: { status: number; headers: Record<string, string>; body: string } | { error: string; detail: string }
}

export type AttemptOutcome = Omit<DeliveryAttemptRow, 'account' | 'delivery_id' | 'number'>

export interface Judged {
  delivery: DeliveryRow
  attempt: DeliveryAttemptRow
  /** Whether the lane waits for this delivery, until when; undefined: it goes on behind it. */
  laneWaitsUntil?: number
}

/** The same for every attempt and replay of one event to one target; no two events share one. */
function tokenOf(account: number, targetId: string, conversationId: string, n: number): string {
  const hex = hash('sha256', `${account}/${targetId}/${conversationId}/${n}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A delivery that has not been tried yet. */
export function newDelivery(
  id: string,
  target: TargetRow,
  event: Pick<EventRow, 'conversation_id' | 'n' | 'type' | 'request_id'>,
  now: number,
): DeliveryRow {
  const { account } = target
  return {
    account,
    id,
    target_id: target.id,
    conversation_id: event.conversation_id,
    n: event.n,
    event_type: event.type,
    token: tokenOf(account, target.id, event.conversation_id, event.n),
    state: stateNumber('PENDING'),
    tries: 0,
    attempts: 0,
    due_at: null,
    leased_until: null,
    last_status: null,
    last_error: null,
    request_id: event.request_id,
    created_at: now,
    updated_at: now,
  }
}

/**
 * What follows from an attempt: delivered, tried again later, or given up. The first failure makes the lane wait for the
 * second attempt; a second failure parks the delivery, and the lane goes on. `random` is from 0 to 1.
 */
export function judgeAttempt(
  before: DeliveryRow,
  attempt: Attempt,
  policy: RetryPolicy,
  now: number,
  random: number,
): Judged {
  const { outcome } = attempt
  const verdict = judge('status' in outcome ? { status: outcome.status } : { error: outcome.error }, policy)
  const tries = before.tries + 1
  const delay = verdict === 'RETRY' ? retryDelayMs(tries, policy, random) : undefined
  const state: DeliveryState = verdict === 'DELIVERED' ? 'DELIVERED' : delay === undefined ? 'DEAD' : 'PENDING'
  const waits = delay !== undefined && tries < parkingAttempt && before.due_at === null
  const delivery: DeliveryRow = {
    ...before,
    state: stateNumber(state),
    tries,
    attempts: before.attempts + 1,
    due_at: delay === undefined || waits ? null : now + delay,
    leased_until: null,
    last_status: 'status' in outcome ? outcome.status : null,
    last_error: 'error' in outcome ? outcome.error : null,
    updated_at: now,
  }
  return {
    delivery,
    attempt: attemptRow(delivery, attempt),
    ...(waits && delay !== undefined ? { laneWaitsUntil: now + delay } : {}),
  }
}

/** A target as it was when something was sent to it. */
export type SentTo = Pick<TargetRow, 'account' | 'id' | 'url' | 'method'>

/** An attempt to write down. `isNew`: the delivery has no row yet. */
export interface AttemptToSave {
  judged: Judged
  isNew: boolean
  /** Business time. */
  now: number
}

/** Writes, in the order of their trees, attempts of one account, each at another delivery, and what they mean for those. */
export async function saveAttempts(tx: Tx, attempts: readonly AttemptToSave[]): Promise<void> {
  const deliveries = (isNew: boolean) =>
    attempts.filter((one) => one.isNew === isNew).map(({ judged }) => judged.delivery)
  await tx.insert(deliveryTable, deliveries(true).sort(byId))
  await tx.update(
    deliveryTable,
    ['account', 'id'],
    ['state', 'tries', 'attempts', 'due_at', 'leased_until', 'last_status', 'last_error', 'updated_at'],
    deliveries(false).sort(byId),
  )
  await tx.insert(deliveryAttemptTable, attempts.map(({ judged }) => judged.attempt).sort(byDelivery))
  for (const { judged, now } of attempts) {
    if (judged.delivery.state === stateNumber('DEAD')) await giveUp(tx, judged.delivery, now)
  }
}

/**
 * Notes how a target fares. A working target is written to only now and then, for many deliveries share its row; one that
 * answers 410, or has failed for days, is disabled. `failures`: how many this tells of. What a URL did that has been replaced
 * since says nothing of the target.
 */
export async function saveHealth(
  tx: Tx,
  { account, id, url, method }: SentTo,
  result: 'SUCCESS' | 'FAILURE' | 'GONE',
  now: number,
  failures = 1,
): Promise<void> {
  const target = await tx.get(lockTarget, { account, id })
  if (target?.state !== 'ACTIVE' || target.url !== url || target.method !== method) return
  if (result === 'SUCCESS') {
    await saveTargetState(tx, { ...target, failing_since: null, failures: 0, last_success_at: now })
    return
  }
  const failingSince = target.failing_since ?? now
  const failing = { ...target, failing_since: failingSince, failures: target.failures + failures, last_failure_at: now }
  const reason =
    result === 'GONE'
      ? 'It answered 410 Gone.'
      : now - failingSince >= disableAfterMs
        ? 'It failed for three days.'
        : null
  if (reason === null) return saveTargetState(tx, failing)
  await saveTargetState(tx, { ...failing, state: 'DISABLED', disabled_reason: reason, disabled_at: now })
  await reportDiagnostic(tx, account, {
    ...deliveryDiagnostics.disabled,
    level: 'error',
    resource: wireId('target', id),
    details: { reason },
    at: now,
  })
}

export function stateNumber(state: DeliveryState): number {
  return deliveryStates.indexOf(state)
}

/** Writes what changes of a target as it fares; its row is locked. */
export async function saveTargetState(tx: Tx, target: TargetRow): Promise<void> {
  await tx.update(
    targetTable,
    ['account', 'id'],
    ['state', 'disabled_reason', 'disabled_at', 'failing_since', 'failures', 'last_success_at', 'last_failure_at'],
    [target],
  )
}

async function giveUp(tx: Tx, delivery: DeliveryRow, now: number): Promise<void> {
  await reportDiagnostic(tx, delivery.account, {
    ...deliveryDiagnostics.givenUp,
    level: 'warning',
    resource: wireId('delivery', delivery.id),
    conversationId: delivery.conversation_id,
    details: {
      targetId: wireId('target', delivery.target_id),
      conversationId: wireId('conversation', delivery.conversation_id),
      eventType: delivery.event_type,
      status: delivery.last_status,
      error: delivery.last_error,
    },
    requestId: delivery.request_id,
    at: now,
  })
}

function byId(a: DeliveryRow, b: DeliveryRow): number {
  return a.id < b.id ? -1 : 1
}

function byDelivery(a: DeliveryAttemptRow, b: DeliveryAttemptRow): number {
  return a.delivery_id < b.delivery_id ? -1 : 1
}

function attemptRow(delivery: DeliveryRow, attempt: Attempt): DeliveryAttemptRow {
  return {
    account: delivery.account,
    delivery_id: delivery.id,
    number: delivery.attempts,
    ...outcomeOf(attempt),
  }
}

/** What is kept of an attempt. */
export function outcomeOf({ at, url, latencyMs, outcome }: Attempt): AttemptOutcome {
  const answered = 'status' in outcome ? outcome : undefined
  return {
    at,
    url,
    status: answered?.status ?? null,
    latency_ms: Math.round(latencyMs),
    error: 'error' in outcome ? outcome.error : null,
    detail: 'error' in outcome ? outcome.detail : null,
    response_headers: answered ? JSON.stringify(answered.headers) : null,
    response_body: answered?.body.replaceAll('\0', '') ?? null,
  }
}
