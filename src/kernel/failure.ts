/** The kinds of expected refusal. `http/errors.ts` gives each its status. */
export type FailureKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'limit'
  | 'unprocessable'
  | 'busy'
  | 'unavailable'

export interface FailureDetails {
  /** The wire's error code; defaults by kind. */
  code?: number
  /** The name of the field that is at fault, as a path such as `channelSettings.SMS.captureRules[0].to`. */
  field?: string
  params?: Record<string, unknown>
  /** Wire id of the resource that stands in the way; sent as `X-Conflicting-Resource-Id`. */
  conflictingResourceId?: string
  retryAfterSeconds?: number
}

/**
 * An expected refusal: the caller's mistake, a conflict, a limit or a passing outage. Thrown by commands, answered by the
 * edge, never logged as an error. Anything else that is thrown is a bug.
 */
export class Failure extends Error {
  readonly kind: FailureKind
  readonly details: FailureDetails

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message)
    this.name = 'Failure'
    this.kind = kind
    this.details = details
  }
}

export function invalid(field: string, message: string, code = 20001): Failure {
  return new Failure('invalid', message, { code, field })
}

export function notFound(message: string, code = 20404): Failure {
  return new Failure('not_found', message, { code })
}
