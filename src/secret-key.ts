import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { allAccounts } from './accounts/rows.ts'
import { Vault } from './accounts/vault.ts'
import { type Config, ConfigError } from './config.ts'
import type { Store } from './store/store.ts'
import { sqlitePath } from './store/url.ts'

type KeyConfig = Pick<Config, 'secretKey' | 'database'>

/**
 * The vault of an installation, opened with the configured secret key or with the key file. A new file is made only while
 * there is no account. Throws when the key is missing or does not fit what the database holds, rather than lock everybody out.
 */
export async function openVault(config: KeyConfig, store: Store): Promise<Vault> {
  const [account] = await store.read.all(allAccounts, {})
  const key = configuredKey(config) ?? keyInFile(config.database, account === undefined)
  const vault = new Vault(key)
  if (account) {
    try {
      vault.unseal(account.auth_token)
    } catch (cause) {
      throw new ConfigError(
        `The secret key is not the one that this database was begun with. Restore ${placeOf(config)}.`,
        { cause },
      )
    }
  }
  return vault
}

/** Where an installation without a configured key keeps it: beside a SQLite database, for PostgreSQL in ./data. */
export function secretKeyFile(database: string): string {
  const path = sqlitePath(database)
  if (path === undefined) return resolve('data', 'skein.key')
  return `${existsSync(path) ? realpathSync(path) : path}.key`
}

function configuredKey({ secretKey }: KeyConfig): Buffer | undefined {
  if (secretKey === undefined) return undefined
  const key = Buffer.from(secretKey, 'base64')
  if (key.length < 32) throw new ConfigError('SKEIN_SECRET_KEY (--secret-key) must be at least 32 bytes in base64.')
  return key
}

function keyInFile(database: string, mayMake: boolean): Buffer {
  if (database === 'sqlite::memory:') return randomBytes(32)
  const path = secretKeyFile(database)
  if (!existsSync(path)) {
    if (!mayMake) {
      throw new ConfigError(
        `The secret key of this database is missing: restore ${path} from a backup, or set SKEIN_SECRET_KEY.`,
      )
    }
    makeKeyFile(path)
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length < 32) throw new ConfigError(`The secret key in ${path} is damaged; restore it from a backup.`)
  return key
}

/** Appears whole or not at all, for what is sealed with it can be read by nothing else. Another process may be first. */
function makeKeyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}

function placeOf({ secretKey, database }: KeyConfig): string {
  return secretKey === undefined ? `${secretKeyFile(database)} from a backup` : 'the value of SKEIN_SECRET_KEY'
}
