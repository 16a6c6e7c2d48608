import { bumpEpoch } from '../../accounts/epochs.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Operator, OperatorBody } from '../domain/operator.ts'
import { unknownOperator } from '../operators.ts'
import {
  deleteOperatorRow,
  deleteOperatorVersions,
  operatorCount,
  operatorLocked,
  operatorTable,
  operatorVersionTable,
} from '../rows.ts'

interface Creation {
  account: number
  /** Without prefix. */
  id: string
  body: OperatorBody
  maximum: number
  now: number
}

/** Throws when the account has too many. */
export async function createOperator(store: Store, { account, id, body, maximum, now }: Creation): Promise<Operator> {
  await store.transact(async (tx) => {
    // First, since it holds the account: of two nodes the second counts what the first made.
    await bumpEpoch(tx, account)
    const { n } = (await tx.get(operatorCount, { account })) ?? { n: 0 }
    if (n >= maximum) {
      throw new Failure('limit', `An account may have ${maximum} operators of its own.`, { params: { limit: maximum } })
    }
    await tx.insert(operatorTable, [{ account, id, version: 1, created_at: now, updated_at: now }])
    await insertVersion(tx, account, id, { version: 1, body, now })
  })
  return { ...body, id, version: 1, author: 'SELF', createdAt: now }
}

interface Replacement {
  account: number
  id: string
  body: OperatorBody
  /** The version that the caller knows, as `If-Match` has it. */
  ifMatch: string | undefined
  now: number
}

/** A new version, in force at once. Throws when there is no such operator, or it is at another version than the caller's. */
export async function replaceOperator(
  store: Store,
  { account, id, body, ifMatch, now }: Replacement,
): Promise<Operator> {
  const version = await store.transact(async (tx) => {
    const row = await tx.get(operatorLocked, { account, id })
    if (!row) throw notFound(unknownOperator(id))
    if (!admits(ifMatch, row.version)) {
      throw new Failure('precondition', `The operator is at version ${row.version}. Fetch it again.`, {
        field: 'If-Match',
      })
    }
    const next = row.version + 1
    await tx.update(
      operatorTable,
      ['account', 'id'],
      ['version', 'updated_at'],
      [{ account, id, version: next, updated_at: now }],
    )
    await insertVersion(tx, account, id, { version: next, body, now })
    await bumpEpoch(tx, account)
    return next
  })
  return { ...body, id, version, author: 'SELF', createdAt: now }
}

/** With all of its versions; rules that name it fail from then on. */
export async function deleteOperator(store: Store, account: number, id: string): Promise<void> {
  await store.transact(async (tx) => {
    if ((await tx.run(deleteOperatorRow, { account, id })) === 0) throw notFound(unknownOperator(id))
    await tx.run(deleteOperatorVersions, { account, id })
    await bumpEpoch(tx, account)
  })
}

function insertVersion(
  tx: Tx,
  account: number,
  id: string,
  { version, body, now }: { version: number; body: OperatorBody; now: number },
): Promise<number> {
  return tx.insert(operatorVersionTable, [
    { account, operator_id: id, version, body: JSON.stringify(body), created_at: now },
  ])
}

/** Quoted or bare, several, weak, or any. */
function admits(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined) return true
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^(W\/)?"(.*)"$/, '$2'))
  return tags.includes('*') || tags.includes(String(version))
}
