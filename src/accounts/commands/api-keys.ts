import { randomBytes } from 'node:crypto'
import { notFound } from '../../kernel/failure.ts'
import { newSid } from '../../kernel/ids.ts'
import type { Reader, Store } from '../../store/store.ts'
import { bumpEpoch } from '../epochs.ts'
import { accountBySid, allAccounts, apiKeysOf, apiKeyTable, revokeKey } from '../rows.ts'
import type { Vault } from '../vault.ts'

export interface KeyDescription {
  sid: string
  name: string
  createdAt: number
  revokedAt: number | null
}

export interface AccountDescription {
  account: number
  sid: string
  name: string
  createdAt: number
}

export interface NewKey {
  sid: string
  secret: string
  name: string
}

export function newKey(name: string): NewKey {
  return { sid: newSid('SK'), secret: randomBytes(24).toString('base64url'), name }
}

/** Stores the key's hash; its secret is shown to whoever made it and never again. */
export async function createKey(store: Store, vault: Vault, account: number, key: NewKey, now: number): Promise<void> {
  const row = {
    account,
    sid: key.sid,
    name: key.name,
    secret_hash: vault.hash(key.secret),
    created_at: now,
    revoked_at: null,
  }
  await store.transact(async (tx) => {
    await tx.insert(apiKeyTable, [row])
    await bumpEpoch(tx, account)
  })
}

/** From the commit on, no node accepts the key. Throws when the account has no such key in force. */
export async function revokeApiKey(store: Store, account: number, sid: string, now: number): Promise<void> {
  await store.transact(async (tx) => {
    if ((await tx.run(revokeKey, { account, sid, now })) === 0)
      throw notFound(`Account has no API key ${sid} in force.`)
    await bumpEpoch(tx, account)
  })
}

export async function listKeys(read: Reader, account: number): Promise<KeyDescription[]> {
  const rows = await read.all(apiKeysOf, { account })
  return rows.map((row) => ({ sid: row.sid, name: row.name, createdAt: row.created_at, revokedAt: row.revoked_at }))
}

export async function listAccounts(read: Reader): Promise<AccountDescription[]> {
  const rows = await read.all(allAccounts, {})
  return rows.map((row) => ({ account: row.account, sid: row.sid, name: row.name, createdAt: row.created_at }))
}

/** Throws when there is no such account. */
export async function accountNumber(read: Reader, sid: string): Promise<number> {
  const row = await read.get(accountBySid, { sid })
  if (!row) throw notFound(`There is no account ${sid}.`)
  return row.account
}
