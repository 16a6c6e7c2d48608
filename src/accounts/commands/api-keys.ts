import { randomBytes } from 'node:crypto'
import { Failure, notFound } from '../../kernel/failure.ts'
import { newSid } from '../../kernel/ids.ts'
import type { Reader, Store } from '../../store/store.ts'
import { bumpEpoch } from '../epochs.ts'
import { apiKeysOf, apiKeyTable, revokeKey } from '../rows.ts'
import type { Vault } from '../vault.ts'

export interface KeyDescription {
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

export interface KeyCreation {
  key: NewKey
  /** The most keys that the account may have in force. */
  maximum: number
  now: number
}

/** Stores the key's hash; its secret is shown to whoever made it and never again. */
export async function createKey(store: Store, vault: Vault, account: number, creation: KeyCreation): Promise<void> {
  const { key, maximum, now } = creation
  const row = {
    account,
    sid: key.sid,
    name: key.name,
    secret_hash: vault.hash(key.secret),
    created_at: now,
    revoked_at: null,
  }
  await store.transact(async (tx) => {
    // First, as it locks the account's row: two creations at once must not both take the last place.
    await bumpEpoch(tx, account)
    if ((await tx.all(apiKeysOf, { account })).length >= maximum) {
      throw new Failure('limit', `An account may have ${maximum} API keys in force. Revoke one first.`)
    }
    await tx.insert(apiKeyTable, [row])
  })
}

/** From the commit on, no node accepts the key. Throws when the account has no such key in force. */
export async function revokeApiKey(store: Store, account: number, sid: string, now: number): Promise<void> {
  await store.transact(async (tx) => {
    await bumpEpoch(tx, account)
    if ((await tx.run(revokeKey, { account, sid, now })) === 0) {
      throw notFound(`There is no API key ${sid.slice(0, 100)} in force.`)
    }
  })
}

/** Those in force, oldest first. */
export async function listKeys(read: Reader, account: number): Promise<KeyDescription[]> {
  const rows = await read.all(apiKeysOf, { account })
  return rows.map((row) => ({ sid: row.sid, name: row.name, createdAt: row.created_at }))
}
