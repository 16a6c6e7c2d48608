import type { CallInstructions } from '../carriers/carrier.ts'
import type { Leg } from './domain/leg.ts'
import type { StatusCallback } from './domain/verbs.ts'

/** A call as it begins, and on whose behalf. */
export interface CallOrigin {
  account: number
  accountSid: string
  requestId: string
  leg: Leg
  statusCallback: StatusCallback | null
  /** What the first leg does when it is answered, or has come in. */
  instructions: CallInstructions
  ringSeconds: number
}
