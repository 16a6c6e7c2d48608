import { timingSafeEqual } from 'node:crypto'
import type { Principal } from '../http/auth.ts'
import type { Reader } from '../store/store.ts'
import type { Epochs } from './epochs.ts'
import { accountBySid, apiKeyBySid } from './rows.ts'
import type { Vault } from './vault.ts'

interface Entry {
  principal: Principal
  epoch: number
  matches: (secret: string) => boolean
}

const maxEntries = 10_000

/** Checks user name and password of HTTP Basic authentication; what it learns stays good as long as the account's epoch. */
export class Authenticator {
  readonly #read: Reader
  readonly #epochs: Epochs
  readonly #vault: Vault
  readonly #entries = new Map<string, Entry>()

  constructor(read: Reader, epochs: Epochs, vault: Vault) {
    this.#read = read
    this.#epochs = epochs
    this.#vault = vault
  }

  /** Account SID with its token, or API key SID with its secret. Undefined when they do not belong together. */
  async authenticate(name: string, secret: string): Promise<Principal | undefined> {
    let entry = this.#entries.get(name)
    if (!entry || entry.epoch !== (await this.#epochs.current(entry.principal.account))) {
      entry = await this.#load(name)
      this.#keep(name, entry)
    }
    return entry?.matches(secret) ? entry.principal : undefined
  }

  async #load(name: string): Promise<Entry | undefined> {
    if (name.startsWith('AC')) return this.#loadAccount(name)
    if (name.startsWith('SK')) return this.#loadKey(name)
    return undefined
  }

  async #loadAccount(sid: string): Promise<Entry | undefined> {
    const row = await this.#read.get(accountBySid, { sid })
    if (!row) return undefined
    const tokens = [row.auth_token, row.secondary_auth_token].filter((token) => token !== null)
    const known = tokens.map((token) => Buffer.from(this.#vault.unseal(token)))
    const matches = (secret: string) => {
      const given = Buffer.from(secret)
      return known.filter((token) => isSame(token, given)).length > 0
    }
    return { principal: { account: row.account, accountSid: row.sid }, epoch: row.epoch, matches }
  }

  async #loadKey(sid: string): Promise<Entry | undefined> {
    const key = await this.#read.get(apiKeyBySid, { sid })
    if (!key) return undefined
    // Once proven by the keyed hash, a secret is known here as it is, like an account's token: a hash for each request would
    // cost more than all else that is done to let it in.
    let proven: Buffer | undefined
    const matches = (secret: string) => {
      const given = Buffer.from(secret)
      if (proven) return isSame(proven, given)
      if (!this.#vault.matches(secret, key.secret_hash)) return false
      proven = given
      return true
    }
    return { principal: { account: key.account, accountSid: key.account_sid, keySid: sid }, epoch: key.epoch, matches }
  }

  #keep(name: string, entry: Entry | undefined): void {
    this.#entries.delete(name)
    if (!entry) return
    if (this.#entries.size >= maxEntries) {
      const oldest = this.#entries.keys().next().value
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    this.#entries.set(name, entry)
  }
}

/** In a time that tells nothing but the length. */
function isSame(known: Buffer, given: Buffer): boolean {
  return known.length === given.length && timingSafeEqual(known, given)
}
