import type { Tx } from '../store/store.ts'
import type { OperationRow } from './rows.ts'

export const operationApis = ['conversations', 'memory'] as const
export type OperationApi = (typeof operationApis)[number]

export type OperationStatus = 'PENDING' | 'COMPLETED' | 'FAILED'

/** What is kept of a failure; shown as problem details. */
export interface OperationError {
  code: number
  status: number
  title: string
  detail: string
}

/** One asynchronous request. `input` is what its handler needs; `related` are wire ids by name. */
export interface Operation {
  id: string
  api: OperationApi
  kind: string
  /** What it works on; two operations on one subject never wait at the same time. */
  subject: string
  status: OperationStatus
  input: unknown
  related: Record<string, string>
  result: { id: string; type: 'RESOURCE_ID' } | null
  error: OperationError | null
  requestId: string
  createdAt: number
  completedAt: number | null
}

export interface OperationOutcome {
  /** There is more to do than one transaction should: the operation stays PENDING, and goes on with this input in its next turn. */
  next?: unknown
  /** Wire id of the resource that came of it. */
  resultId?: string
  /** For after the commit, such as scrubbing what was deleted. The same function is called once for a round of operations. Must bear being lost to a crash. */
  afterCommit?: () => Promise<void>
}

/**
 * Does the work of one kind of operation inside the transaction that completes it, so that it is either pending or done. Work that
 * is too much for one transaction is done in turns, each of which saves how far it came.
 * Throws a Failure to refuse: everything it wrote is undone and the operation is FAILED with that reason.
 */
export type OperationHandler = (tx: Tx, account: number, operation: Operation, now: number) => Promise<OperationOutcome>

const statuses = ['PENDING', 'COMPLETED', 'FAILED'] as const

export function operationOf(row: OperationRow): Operation {
  return {
    id: row.id,
    api: row.api as OperationApi,
    kind: row.kind,
    subject: row.subject,
    status: statuses[row.state] ?? 'PENDING',
    input: JSON.parse(row.input),
    related: JSON.parse(row.related),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error === null ? null : JSON.parse(row.error),
    requestId: row.request_id,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  }
}
