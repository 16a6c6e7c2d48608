import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { dataMappingById, dataMappingsOf } from './data-mapping-rows.ts'
import type { DataMappingRow } from './rows.ts'

export const mappingSources = ['INGRESS', 'DATASET_CLOUDAPP', 'DATASET_WAREHOUSE'] as const

/** Where rows come from: columns of one's own, or a data set that another system keeps. */
export type MappingSource =
  | { type: 'INGRESS'; columns: string[] }
  | { type: 'DATASET_CLOUDAPP' | 'DATASET_WAREHOUSE'; datasetId: string }

export interface TraitMapping {
  expression: string
  traitGroup: string
  traitName: string
}

/** How rows of another system become traits. Kept and shown; nothing is read by it. */
export interface DataMapping {
  id: string
  displayName: string
  description: string | null
  isEnabled: boolean
  source: MappingSource
  mappings: TraitMapping[]
  version: number
  createdAt: number
  updatedAt: number
}

/** Throws `not_found` when the store has no such mapping. */
export async function requireDataMapping(
  read: Reader,
  account: number,
  storeId: string,
  id: string,
): Promise<DataMapping> {
  const row = await read.get(dataMappingById, { account, storeId, id })
  if (!row) throw notFound(`Data mapping ${wireId('dataMapping', id)} was not found in this memory store.`, 520048)
  return dataMappingOf(row)
}

/** The mappings of a store that lead to a trait group, or only to these traits of it. */
export async function mappingsInto(
  read: Reader,
  account: number,
  storeId: string,
  group: string,
  traits?: readonly string[],
): Promise<DataMapping[]> {
  const rows = await read.all(dataMappingsOf, { account, storeId })
  return rows
    .map(dataMappingOf)
    .filter(({ mappings }) =>
      mappings.some((one) => one.traitGroup === group && (traits === undefined || traits.includes(one.traitName))),
    )
}

export function dataMappingOf(row: DataMappingRow): DataMapping {
  return {
    id: row.id,
    displayName: row.display_name,
    description: row.description,
    isEnabled: row.enabled === 1,
    source: JSON.parse(row.source),
    mappings: JSON.parse(row.mappings),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
