import { randomBytes } from 'node:crypto'
import type { Principal, Session } from '../http/auth.ts'
import type { Reader, Store } from '../store/store.ts'
import { accountByNumber, deleteSession, forgetSessions, sessionByHash, sessionTable } from './rows.ts'
import type { Vault } from './vault.ts'

/** How a browser stays signed in. Sessions live by wall time and end at once with the credential that opened them. */
export class Sessions {
  readonly #store: Pick<Store, 'read' | 'transact'>
  readonly #vault: Vault
  readonly #lifetimeMs: number

  constructor(store: Pick<Store, 'read' | 'transact'>, vault: Vault, lifetimeMs: number) {
    this.#store = store
    this.#vault = vault
    this.#lifetimeMs = lifetimeMs
  }

  /** For whoever has proven to be the principal by the secret. Answers what the cookie holds; only a hash of it is kept. */
  async open({ account, keySid }: Principal, secret: string): Promise<{ token: string; session: Session }> {
    const token = randomBytes(32).toString('base64url')
    const now = Date.now()
    const row = {
      token_hash: this.#vault.hash(token),
      account,
      key_sid: keySid ?? null,
      credential_hash: keySid === undefined ? this.#vault.hash(secret) : null,
      created_at: now,
      expires_at: now + this.#lifetimeMs,
    }
    await this.#store.transact(async (tx) => {
      await tx.run(forgetSessions, { account, before: now })
      await tx.insert(sessionTable, [row])
    })
    return { token, session: { expiresAt: row.expires_at, csrfToken: this.#csrfToken(token) } }
  }

  /** Undefined when it has ended: signed out, expired, or its key or auth token is not accepted any more. */
  async find(token: string): Promise<{ principal: Principal; session: Session } | undefined> {
    const row = await this.#store.read.get(sessionByHash, { hash: this.#vault.hash(token), now: Date.now() })
    if (!row) return undefined
    if (row.key_sid === null ? !this.#isTokenOf(row, row.credential_hash) : row.live_key_sid === null) return undefined
    const principal: Principal = { account: row.account, accountSid: row.account_sid }
    if (row.key_sid !== null) principal.keySid = row.key_sid
    return { principal, session: { expiresAt: row.expires_at, csrfToken: this.#csrfToken(token) } }
  }

  async close(token: string): Promise<void> {
    const hash = this.#vault.hash(token)
    await this.#store.transact((tx) => tx.run(deleteSession, { hash }))
  }

  #isTokenOf(account: { auth_token: string; secondary_auth_token: string | null }, hash: string | null): boolean {
    const tokens = [account.auth_token, account.secondary_auth_token].filter((token) => token !== null)
    return hash !== null && tokens.some((token) => this.#vault.matches(this.#vault.unseal(token), hash))
  }

  /** Follows from the cookie, so that it need not be kept, and tells nothing about it. */
  #csrfToken(token: string): string {
    return this.#vault.hash(`csrf ${token}`)
  }
}

/** The name that the account goes by. */
export async function accountName(read: Reader, account: number): Promise<string> {
  return (await read.get(accountByNumber, { account }))?.name ?? ''
}
