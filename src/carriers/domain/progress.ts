import { deliveryFailure } from './magic-numbers.ts'
import type { MessageStatus } from './message.ts'

export interface Step {
  status: MessageStatus
  errorCode: number | null
  /** Milliseconds of business time after the status before it. */
  afterMs: number
}

/** Of a message that could not even be sent; with any other code it is sent and not delivered. */
const unsentCodes = [30001, 30002]

/** What becomes next of a message on the virtual network, to a handset that is always on; undefined when it has arrived or failed. */
export function nextStep(message: { status: MessageStatus; to: string }): Step | undefined {
  const failure = deliveryFailure(message.to)
  switch (message.status) {
    case 'scheduled':
    case 'accepted':
      return { status: 'queued', errorCode: null, afterMs: 0 }
    case 'queued':
      return failure !== undefined && unsentCodes.includes(failure)
        ? { status: 'failed', errorCode: failure, afterMs: 1_000 }
        : { status: 'sent', errorCode: null, afterMs: 1_000 }
    case 'sent':
      return failure === undefined
        ? { status: 'delivered', errorCode: null, afterMs: 2_000 }
        : { status: 'undelivered', errorCode: failure, afterMs: 2_000 }
    default:
      return undefined
  }
}

const errorTexts: Readonly<Record<number, string>> = {
  21610: 'The recipient does not want messages from this number.',
  30001: 'The queue is full.',
  30002: 'The account is suspended.',
  30003: 'The handset cannot be reached.',
  30004: 'The message was blocked.',
  30005: 'The handset is unknown.',
  30006: 'The number is a landline, or its carrier cannot be reached.',
  30007: 'The carrier filtered the message.',
  30008: 'The message was not delivered, and nobody said why.',
}

/** A message's error in words. */
export function errorText(code: number): string {
  return errorTexts[code] ?? `The message failed with the error ${code}.`
}
