import { randomBytes } from 'node:crypto'
import { Failure } from '../../kernel/failure.ts'
import { newSid } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { accountBySid, accountTable, apiKeyTable, lastAccount } from '../rows.ts'
import type { Vault } from '../vault.ts'
import { newAuthToken } from './auth-tokens.ts'
import { newWebhookSecret } from './webhook-secrets.ts'

/** Everything that the owner of a new account needs once; the secrets are not readable again. */
export interface NewAccount {
  sid: string
  authToken: string
  keySid: string
  keySecret: string
  name: string
}

/** Credentials for a new account; what is not given is random. */
export function newAccount(given: Partial<NewAccount> = {}): NewAccount {
  return {
    sid: given.sid ?? newSid('AC'),
    authToken: given.authToken ?? newAuthToken(),
    keySid: given.keySid ?? newSid('SK'),
    keySecret: given.keySecret ?? randomBytes(24).toString('base64url'),
    name: given.name ?? 'default',
  }
}

/** Creates an account with its first API key. Throws a conflict when the SID is taken. */
export async function createAccount(store: Store, vault: Vault, account: NewAccount, now: number): Promise<void> {
  const authToken = vault.seal(account.authToken)
  const webhookSecret = vault.seal(newWebhookSecret())
  const secretHash = vault.hash(account.keySecret)
  await store.transact(async (tx) => {
    if (await tx.get(accountBySid, { sid: account.sid })) {
      throw new Failure('conflict', `Account ${account.sid} exists already.`)
    }
    const number = ((await tx.get(lastAccount, {}))?.account ?? 0) + 1
    await tx.insert(accountTable, [
      {
        account: number,
        sid: account.sid,
        name: account.name,
        epoch: 1,
        auth_token: authToken,
        secondary_auth_token: null,
        webhook_secret: webhookSecret,
        webhook_secret_at: now,
        secondary_webhook_secret: null,
        secondary_webhook_secret_at: null,
        created_at: now,
      },
    ])
    await tx.insert(apiKeyTable, [
      {
        account: number,
        sid: account.keySid,
        name: 'first key',
        secret_hash: secretHash,
        created_at: now,
        revoked_at: null,
      },
    ])
  })
}
