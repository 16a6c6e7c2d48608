import { createHash, randomBytes } from 'node:crypto'
import { Failure, notFound } from '../../kernel/failure.ts'
import type { Reader, Store, Tx } from '../../store/store.ts'
import { bumpEpoch } from '../epochs.ts'
import { type AccountRow, accountByNumber, accountTable } from '../rows.ts'
import type { Vault } from '../vault.ts'

export interface WebhookSecretDescription {
  /** Tells secrets apart without showing them. */
  fingerprint: string
  role: 'PRIMARY' | 'SECONDARY'
  createdAt: number
}

/** A new signing secret as the Standard Webhooks specification spells it. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

/** The beginning of the secret's SHA-256, which whoever has the secret can compute. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}

/** The primary first. Both sign while there are two. */
export async function listWebhookSecrets(
  read: Reader,
  vault: Vault,
  account: number,
): Promise<WebhookSecretDescription[]> {
  const row = await read.get(accountByNumber, { account })
  const kept = [
    { role: 'PRIMARY' as const, sealed: row?.webhook_secret, createdAt: row?.webhook_secret_at },
    { role: 'SECONDARY' as const, sealed: row?.secondary_webhook_secret, createdAt: row?.secondary_webhook_secret_at },
  ]
  return kept.flatMap(({ role, sealed, createdAt }) =>
    sealed == null ? [] : [{ fingerprint: fingerprintOf(vault.unseal(sealed)), role, createdAt: createdAt ?? 0 }],
  )
}

/** Makes a secret the primary one; the one before goes on signing beside it. Throws a conflict while there are two already. */
export async function rotateWebhookSecret(
  store: Store,
  vault: Vault,
  account: number,
  { secret, now }: { secret: string; now: number },
): Promise<void> {
  const sealed = vault.seal(secret)
  await change(store, account, (row) => {
    if (row.secondary_webhook_secret !== null) {
      throw new Failure('conflict', 'There are two webhook secrets already. Delete the secondary one first.')
    }
    return {
      ...row,
      webhook_secret: sealed,
      webhook_secret_at: now,
      secondary_webhook_secret: row.webhook_secret,
      secondary_webhook_secret_at: row.webhook_secret_at,
    }
  })
}

/** From this commit on only the primary one signs. Throws when there is no other. */
export async function deleteSecondaryWebhookSecret(store: Store, account: number): Promise<void> {
  await change(store, account, (row) => {
    if (row.secondary_webhook_secret === null) throw notFound('There is no secondary webhook secret.')
    return { ...row, secondary_webhook_secret: null, secondary_webhook_secret_at: null }
  })
}

function change(store: Store, account: number, decide: (row: AccountRow) => AccountRow): Promise<void> {
  return store.transact(async (tx: Tx) => {
    // First, as it locks the account's row.
    await bumpEpoch(tx, account)
    const row = await tx.get(accountByNumber, { account })
    if (!row) throw notFound('There is no such account.')
    await tx.update(
      accountTable,
      ['account'],
      ['webhook_secret', 'webhook_secret_at', 'secondary_webhook_secret', 'secondary_webhook_secret_at'],
      [decide(row)],
    )
  })
}
