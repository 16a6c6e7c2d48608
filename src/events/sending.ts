import type { SigningSecrets } from '../accounts/secrets.ts'
import type { Outgoing } from '../http/outgoing/client.ts'
import { parseUrlOverrides } from '../http/outgoing/url-overrides.ts'
import { callbackRequest } from './callback-request.ts'
import type { Attempt } from './delivering.ts'
import type { DeliveryRow } from './delivery-rows.ts'
import { envelopeOf } from './domain/audience.ts'
import type { RetryPolicy } from './domain/retry.ts'
import type { EventRow } from './rows.ts'
import type { TargetRow } from './target-rows.ts'

export interface Callback {
  target: Pick<TargetRow, 'url' | 'method' | 'owner_kind'>
  delivery: Pick<DeliveryRow, 'token' | 'request_id'>
  event: Pick<EventRow, 'type' | 'at' | 'data'>
  secrets: SigningSecrets
}

export interface Sent {
  attempt: Attempt
  /** As the target's URL says. */
  policy: RetryPolicy
}

/** Makes one attempt; trouble is an outcome, never an exception. */
export type SendCallback = (callback: Callback) => Promise<Sent>

/** Milliseconds for one attempt, unless the URL's fragment says otherwise. */
const timeouts = { connectMs: 5_000, readMs: 15_000, totalMs: 15_000 }
/** How much of a receiver's answer is kept for the audit. */
const maxResponseBytes = 4_096

/** Sends signed callbacks over connections that the guard has admitted. */
export function callbackSender(outgoing: Outgoing): SendCallback {
  return async ({ target, delivery, event, secrets }) => {
    const { url, overrides } = parseUrlOverrides(target.url)
    const at = Date.now()
    const request = callbackRequest({
      target: { url, method: target.method === 'GET' ? 'GET' : 'POST' },
      envelope: envelopeOf(target.owner_kind),
      event: { eventType: event.type, timestamp: new Date(event.at).toISOString(), data: event.data ?? 'null' },
      token: delivery.token,
      requestId: delivery.request_id,
      secrets,
      now: at,
    })
    const outcome = await outgoing.send({
      ...request,
      timeouts: { ...timeouts, ...given(overrides) },
      maxResponseBytes,
    })
    const { latencyMs } = outcome
    const attempt: Attempt = { at, url: request.url, latencyMs, outcome }
    return { attempt, policy: overrides }
  }
}

function given({ connectMs, readMs, totalMs }: ReturnType<typeof parseUrlOverrides>['overrides']) {
  return {
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(readMs === undefined ? {} : { readMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
  }
}
