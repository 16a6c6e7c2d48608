import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { wireId } from '../kernel/ids.ts'
import { isPending } from '../operations/steps.ts'
import type { Reader } from '../store/store.ts'
import {
  configurationById,
  configurationsAfter,
  configurationsBefore,
  storeConfigurationsAfter,
  storeConfigurationsBefore,
} from './configuration-rows.ts'
import type { Configuration } from './domain/configuration.ts'

/** After every id: ids begin with a digit from 0 to 7. */
const afterAll = '8'

/**
 * The configuration as it may be fetched and changed. One whose deletion has been accepted takes no conversations any
 * more and is still found until that operation has completed.
 */
export async function findConfiguration(read: Reader, account: number, id: string): Promise<Configuration | undefined> {
  const row = await read.get(configurationById, { account, id })
  if (!row) return undefined
  if (row.deleted_at !== null && !(await isPending(read, account, wireId('configuration', id)))) return undefined
  return configurationOf(row)
}

/** The newest first; those of one memory store when `storeId` is given. */
export async function listConfigurations(
  read: Reader,
  account: number,
  request: PageRequest,
  storeId: string | undefined,
): Promise<Page<Configuration>> {
  const backwards = request.from?.direction === 'previous'
  const place = { account, id: String(request.from?.at[0] ?? afterAll), limit: request.size + 1 }
  const rows =
    storeId === undefined
      ? await read.all(backwards ? configurationsAfter : configurationsBefore, place)
      : await read.all(backwards ? storeConfigurationsAfter : storeConfigurationsBefore, { ...place, storeId })
  return pageOf(request, rows.map(configurationOf), ({ id }) => [id])
}

/** Wire id of a configuration that is in force and uses the memory store; undefined when there is none. */
export async function configurationUsing(read: Reader, account: number, storeId: string): Promise<string | undefined> {
  const row = await read.get(storeConfigurationsBefore, { account, storeId, id: afterAll, limit: 1 })
  return row && wireId('configuration', row.id)
}

function configurationOf(row: {
  id: string
  version: number
  created_at: number
  updated_at: number
  body: string
}): Configuration {
  return {
    id: row.id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    body: JSON.parse(row.body),
  }
}
