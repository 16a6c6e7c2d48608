import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Config, ConfigError } from './config.ts'

/**
 * The key that encrypts secrets at rest: from the configuration, else from a file that only the owner can read. The file
 * lies beside a SQLite database; for PostgreSQL it lies in ./data, and several nodes must share one configured key.
 */
export function openSecretKey(config: Pick<Config, 'secretKey' | 'database'>): Buffer {
  if (config.secretKey !== undefined) {
    const key = Buffer.from(config.secretKey, 'base64')
    if (key.length < 32) throw new ConfigError('SKEIN_SECRET_KEY must be at least 32 bytes in base64.')
    return key
  }
  if (config.database === 'sqlite::memory:') return randomBytes(32)
  const path = secretKeyFile(config.database)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length < 32) throw new ConfigError(`The secret key in ${path} is damaged; restore it from a backup.`)
  return key
}

function secretKeyFile(database: string): string {
  if (!database.startsWith('sqlite:')) return resolve('data', 'skein.key')
  return `${resolve(database.slice('sqlite:'.length))}.key`
}
