import { randomBytes } from 'node:crypto'
import { Failure, notFound } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import { bumpEpoch } from '../epochs.ts'
import { type AccountRow, accountByNumber, accountTable } from '../rows.ts'
import type { Vault } from '../vault.ts'

export function newAuthToken(): string {
  return randomBytes(16).toString('hex')
}

/** Accepts a second token beside the primary one, which goes on signing webhooks. Throws a conflict while there are two already. */
export async function createSecondaryToken(
  store: Store,
  vault: Vault,
  account: number,
  authToken: string,
): Promise<void> {
  const sealed = vault.seal(authToken)
  await change(store, account, (row) => {
    if (row.secondary_auth_token !== null) {
      throw new Failure('conflict', 'There are two auth tokens already. Delete the secondary one first.')
    }
    return { ...row, secondary_auth_token: sealed }
  })
}

/** Makes the secondary token the one that signs; the other is accepted until it is deleted. Throws a conflict when there is only one. */
export async function promoteSecondaryToken(store: Store, account: number): Promise<void> {
  await change(store, account, (row) => {
    if (row.secondary_auth_token === null) {
      throw new Failure('conflict', 'There is no secondary auth token. Create one first.')
    }
    return { ...row, auth_token: row.secondary_auth_token, secondary_auth_token: row.auth_token }
  })
}

/** From this commit on no node accepts the secondary token. Throws when there is none. */
export async function deleteSecondaryToken(store: Store, account: number): Promise<void> {
  await change(store, account, (row) => {
    if (row.secondary_auth_token === null) throw notFound('There is no secondary auth token.')
    return { ...row, secondary_auth_token: null }
  })
}

function change(store: Store, account: number, decide: (row: AccountRow) => AccountRow): Promise<void> {
  return store.transact(async (tx) => {
    // First, as it locks the account's row.
    await bumpEpoch(tx, account)
    const row = await tx.get(accountByNumber, { account })
    if (!row) throw notFound('There is no such account.')
    await tx.update(accountTable, ['account'], ['auth_token', 'secondary_auth_token'], [decide(row)])
  })
}
