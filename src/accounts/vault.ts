import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Keeps secrets at rest. What must be readable again (tokens that sign) is encrypted with AES-256-GCM; what is only ever
 * compared (API secrets) is kept as a keyed hash, so that a stolen database alone reveals and confirms nothing.
 */
export class Vault {
  readonly #encryptionKey: Buffer
  readonly #hashKey: Buffer

  /** `secretKey`: at least 32 random bytes that live outside the database. */
  constructor(secretKey: Buffer) {
    this.#encryptionKey = Buffer.from(hkdfSync('sha256', secretKey, '', 'skein encryption', 32))
    this.#hashKey = Buffer.from(hkdfSync('sha256', secretKey, '', 'skein hashing', 32))
  }

  seal(text: string): string {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#encryptionKey, iv)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
  }

  /** Throws when the text was sealed with another key or has been changed. */
  unseal(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#encryptionKey, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  }

  hash(secret: string): string {
    return createHmac('sha256', this.#hashKey).update(secret).digest('base64')
  }

  /** Constant-time. */
  matches(secret: string, hash: string): boolean {
    const expected = Buffer.from(hash, 'base64')
    const actual = createHmac('sha256', this.#hashKey).update(secret).digest()
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  }
}
