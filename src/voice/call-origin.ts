import type { Leg } from './domain/leg.ts'
import type { StatusCallback } from './domain/verbs.ts'

/** What the first leg does when it is answered, or has come in: TwiML, or where to ask for it. */
export type Instructions =
  | { url: string; method: 'GET' | 'POST'; fallback?: { url: string; method: 'GET' | 'POST' } }
  | { twiml: string }

/** A call as it begins, and on whose behalf. */
export interface CallOrigin {
  account: number
  accountSid: string
  requestId: string
  leg: Leg
  statusCallback: StatusCallback | null
  instructions: Instructions
  ringSeconds: number
}
