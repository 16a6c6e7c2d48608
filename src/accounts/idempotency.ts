import { createHash } from 'node:crypto'
import type { StoredAnswer } from '../http/stored-answer.ts'
import { Failure } from '../kernel/failure.ts'
import type { Tx } from '../store/store.ts'
import { forgetAnswer, idempotencyTable, idempotentAnswer, rememberAnswer } from './rows.ts'

/** How long the answer to an idempotency key is kept, in milliseconds (published: 24 hours). */
export const idempotencyLifetimeMs = 24 * 60 * 60 * 1000

export interface IdempotentRequest {
  key: string
  /** Of method, path and body: what must be the same for the answer to be the same. */
  fingerprint: string
}

export function fingerprintOf(method: string, path: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path}\n${JSON.stringify(body ?? null)}`)
    .digest('base64')
}

/**
 * Does `work` once for its idempotency key, in the caller's transaction. The key is taken before anything else is
 * written, so of two simultaneous requests one does the work and the other waits for its answer. Throws a conflict when
 * the key came before with another request.
 */
export async function once(
  tx: Tx,
  account: number,
  request: IdempotentRequest | undefined,
  now: number,
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  if (!request) return work()
  const { key, fingerprint } = request
  await tx.run(forgetAnswer, { account, key, before: now - idempotencyLifetimeMs })
  const row = { account, idempotency_key: key, fingerprint, status: 0, headers: '{}', body: '', created_at: now }
  if ((await tx.insert(idempotencyTable, [row], 'nothing')) === 0) return replay(tx, account, request)
  const answer = await work()
  await tx.run(rememberAnswer, {
    account,
    key,
    status: answer.status,
    headers: JSON.stringify(answer.headers),
    body: answer.body,
  })
  return answer
}

async function replay(tx: Tx, account: number, { key, fingerprint }: IdempotentRequest): Promise<StoredAnswer> {
  const known = await tx.get(idempotentAnswer, { account, key })
  if (!known || known.fingerprint !== fingerprint) {
    throw new Failure('conflict', `Idempotency-Key ${key} was already used for another request.`, {
      field: 'Idempotency-Key',
    })
  }
  return { status: known.status, headers: JSON.parse(known.headers), body: known.body }
}
