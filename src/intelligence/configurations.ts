import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import type { IntelligenceConfiguration, Rule } from './domain/rules.ts'
import { type ConfigurationRow, configurationById, configurationPages } from './rows.ts'

/** Sorts after every id. */
const beyondIds = '~'

export async function requireConfiguration(
  read: Reader,
  account: number,
  id: string,
): Promise<IntelligenceConfiguration> {
  const row = await read.get(configurationById, { account, id })
  if (!row) throw unknownConfiguration(id)
  return configurationOf(row)
}

export function unknownConfiguration(id: string) {
  return notFound(`There is no intelligence configuration ${wireId('intelligenceConfiguration', id)}.`)
}

/** Throws when the configuration has none of that id. */
export function ruleOf({ rules }: Pick<IntelligenceConfiguration, 'rules'>, id: string): Rule {
  const rule = rules.find((one) => one.id === id)
  if (!rule) throw notFound(`The configuration has no rule ${wireId('intelligenceRule', id)}.`)
  return rule
}

/** Newest first. */
export async function listConfigurations(
  read: Reader,
  account: number,
  request: PageRequest,
): Promise<Page<IntelligenceConfiguration>> {
  const backwards = request.from?.direction === 'previous'
  const rows = await read.all(backwards ? configurationPages.previous : configurationPages.next, {
    account,
    id: String(request.from?.at[0] ?? beyondIds),
    limit: request.size + 1,
  })
  return pageOf(request, rows.map(configurationOf), ({ id }) => [id])
}

export function configurationOf(row: ConfigurationRow): IntelligenceConfiguration {
  return {
    ...JSON.parse(row.body),
    id: row.id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
