import { Failure } from '../kernel/failure.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type Operation, type OperationApi, operationOf } from './operation.ts'
import { latestOn, operationById, operationTable, pendingCount, pendingOn } from './rows.ts'

export interface NewOperation {
  id: string
  api: OperationApi
  kind: string
  subject: string
  input: unknown
  related: Record<string, string>
  requestId: string
}

/** Records an operation as PENDING in the transaction that accepts the request. Throws a conflict while another works on the same subject. */
export async function startOperation(tx: Tx, account: number, operation: NewOperation, now: number): Promise<void> {
  const row = {
    account,
    id: operation.id,
    api: operation.api,
    kind: operation.kind,
    subject: operation.subject,
    state: 0,
    input: JSON.stringify(operation.input),
    related: JSON.stringify(operation.related),
    result: null,
    error: null,
    request_id: operation.requestId,
    created_at: now,
    completed_at: null,
  }
  if ((await tx.insert(operationTable, [row], 'nothing')) > 0) return
  throw new Failure('conflict', 'Another operation on this resource is still pending.', {
    conflictingResourceId: operation.subject,
  })
}

/** Whether an operation on this subject has been accepted and is not over. */
export async function isPending(read: Reader, account: number, subject: string): Promise<boolean> {
  return (await read.get(pendingOn, { account, subject })) !== undefined
}

/** The newest operation on this subject that is still remembered. */
export async function latestOperation(read: Reader, account: number, subject: string): Promise<Operation | undefined> {
  const row = await read.get(latestOn, { account, subject })
  return row && operationOf(row)
}

/** How many operations of a kind have been accepted and are not over. */
export async function countPending(read: Reader, account: number, kind: string): Promise<number> {
  return (await read.get(pendingCount, { account, kind }))?.n ?? 0
}

/** Undefined when the account has no such operation in that API. */
export async function findOperation(
  read: Reader,
  account: number,
  api: OperationApi,
  id: string,
): Promise<Operation | undefined> {
  const row = await read.get(operationById, { account, id })
  return row && row.api === api ? operationOf(row) : undefined
}
