import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import { configurationVersion, versionsAfter, versionsBefore } from './configuration-rows.ts'
import type { ConfigurationBody } from './domain/model.ts'
import { startOfNumbers } from './list-position.ts'

export interface ConfigurationVersion {
  version: number
  /** Null: made before that was written down. */
  createdAt: number | null
  body: ConfigurationBody
}

/** The newest first. */
export async function listVersions(
  read: Reader,
  account: number,
  configurationId: string,
  request: PageRequest,
): Promise<Page<ConfigurationVersion>> {
  const backwards = request.from?.direction === 'previous'
  const version = request.from === undefined ? Number.MAX_SAFE_INTEGER : startOfNumbers(request)
  const place = { account, configurationId, version, limit: request.size + 1 }
  const rows = await read.all(backwards ? versionsAfter : versionsBefore, place)
  return pageOf(request, rows.map(versionOf), (one) => [one.version])
}

export async function findVersion(
  read: Reader,
  account: number,
  configurationId: string,
  version: number,
): Promise<ConfigurationVersion | undefined> {
  const row = await read.get(configurationVersion, { account, configurationId, version })
  return row && versionOf({ ...row, version })
}

function versionOf(row: { version: number; body: string; created_at: number | null }): ConfigurationVersion {
  return { version: row.version, createdAt: row.created_at, body: JSON.parse(row.body) }
}
