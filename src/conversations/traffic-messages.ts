import { Failure, type FailureDetails, type FailureKind } from '../kernel/failure.ts'
import type { GuestReport } from '../store/guest-turns.ts'
import type { LogChore } from '../store/store.ts'
import type { OrchestratorSettings } from './settings.ts'

/** What the worker that takes in traffic is started with. */
export interface TrafficWorkerData {
  path: string
  settings: OrchestratorSettings
}

/** One batch. Requests and results travel as JSON: many small objects are cloned faster as one text. */
export interface TrafficTask {
  account: number
  now: number
  requests: string
  chore: LogChore | undefined
}

export type TrafficAnswer = { report: GuestReport } & ({ results: string; followed: boolean } | { error: PackedError })

/** Traffic that turns out to need what only the main thread can do; nothing of its batch was saved. */
export class StaysHere extends Error {
  constructor() {
    super('This traffic is for the main thread to take in.')
    this.name = 'StaysHere'
  }
}

export function staysHere(error: unknown): boolean {
  return error instanceof Error && error.name === 'StaysHere'
}

/** An error as it crosses from one thread to another, which would otherwise forget what kind of error it was. */
export interface PackedError {
  failure: { kind: FailureKind; details: FailureDetails } | undefined
  name: string
  message: string
  stack: string | undefined
  cause: PackedError | undefined
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) {
    return { failure: undefined, name: 'Error', message: String(error), stack: undefined, cause: undefined }
  }
  const { name, message, stack, cause } = error
  const failure = error instanceof Failure ? { kind: error.kind, details: error.details } : undefined
  return { failure, name, message, stack, cause: cause === undefined ? undefined : packError(cause) }
}

export function unpackError({ failure, name, message, stack, cause }: PackedError): Error {
  const error = failure ? new Failure(failure.kind, message, failure.details) : new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  if (cause) error.cause = unpackError(cause)
  return error
}
