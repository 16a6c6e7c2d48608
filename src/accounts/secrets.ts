import type { Reader } from '../store/store.ts'
import type { Epochs } from './epochs.ts'
import { accountByNumber } from './rows.ts'
import type { Vault } from './vault.ts'

/** What an account signs with. */
export interface SigningSecrets {
  accountSid: string
  /** The primary token: the one that receivers check `X-Twilio-Signature` against. */
  authToken: string
  /** Of the Standard Webhooks signature, the present one first; two while one replaces the other. */
  webhookSecrets: string[]
}

/** Signing secrets by account, as good as the account's epoch. */
export class AccountSecrets {
  readonly #read: Reader
  readonly #epochs: Epochs
  readonly #vault: Vault
  readonly #known = new Map<number, { epoch: number; secrets: SigningSecrets }>()

  constructor(read: Reader, epochs: Epochs, vault: Vault) {
    this.#read = read
    this.#epochs = epochs
    this.#vault = vault
  }

  async of(account: number): Promise<SigningSecrets> {
    const known = this.#known.get(account)
    if (known && known.epoch === (await this.#epochs.current(account))) return known.secrets
    const row = await this.#read.get(accountByNumber, { account })
    if (!row) throw new Error(`There is no account number ${account}.`)
    const secrets = {
      accountSid: row.sid,
      authToken: this.#vault.unseal(row.auth_token),
      webhookSecrets: [row.webhook_secret, row.secondary_webhook_secret]
        .filter((sealed) => sealed !== null)
        .map((sealed) => this.#vault.unseal(sealed)),
    }
    this.#known.set(account, { epoch: row.epoch, secrets })
    return secrets
  }
}
