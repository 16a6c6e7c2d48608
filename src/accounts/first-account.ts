import type { Store } from '../store/store.ts'
import { createAccount, type NewAccount, newAccount } from './commands/create-account.ts'
import { allAccounts } from './rows.ts'
import type { Vault } from './vault.ts'

export type { NewAccount }

export interface GivenCredentials {
  sid?: string
  authToken?: string
  keySid?: string
  keySecret?: string
}

/**
 * Creates the first account when there is none, from the given credentials or random ones. Answers it, secrets included,
 * only then: it is the one time that they can be shown. Nodes that start together create one account between them.
 */
export async function provideFirstAccount(
  store: Store,
  vault: Vault,
  given: GivenCredentials,
): Promise<NewAccount | undefined> {
  if ((await store.read.all(allAccounts, {})).length > 0) return undefined
  const account = newAccount(given)
  try {
    await createAccount(store, vault, account, Date.now())
    return account
  } catch (error) {
    if ((await store.read.all(allAccounts, {})).length > 0) return undefined
    throw error
  }
}
