import { Failure } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { dataMappingByName, dataMappingsOf } from './data-mapping-rows.ts'
import { type DataMapping, type MappingSource, requireDataMapping, type TraitMapping } from './data-mappings.ts'
import { requireVersion } from './stores.ts'
import { traitGroupsNamed } from './trait-groups.ts'

export interface DataMappingCreation {
  displayName: string
  description: string | null
  isEnabled: boolean
  source: MappingSource
  mappings: TraitMapping[]
  maxMappings: number
}

export type DataMappingPatch = Partial<Pick<DataMappingCreation, 'displayName' | 'isEnabled' | 'mappings'>> & {
  description?: string
}

/** Throws when the name is taken, the store has its maximum, or a trait that is led to is not there. */
export async function checkMappingCreation(
  tx: Tx,
  account: number,
  storeId: string,
  creation: DataMappingCreation,
): Promise<void> {
  await refuseTaken(tx, account, storeId, creation.displayName)
  const { maxMappings } = creation
  if ((await tx.all(dataMappingsOf, { account, storeId })).length >= maxMappings) {
    throw new Failure('limit', `This memory store has its maximum of ${maxMappings} data mappings.`, {
      params: { limit: maxMappings },
    })
  }
  await requireMappedTraits(tx, account, storeId, creation.mappings)
}

/** The mapping that is to be changed. Throws when it is unknown, has moved on, or the change may not be. */
export async function checkMappingPatch(
  tx: Tx,
  account: number,
  storeId: string,
  { id, patch, ifMatch }: { id: string; patch: DataMappingPatch; ifMatch?: string | undefined },
): Promise<DataMapping> {
  const before = await requireDataMapping(tx, account, storeId, id)
  requireVersion(ifMatch, wireId('dataMapping', id), before.version)
  if (patch.displayName !== undefined) await refuseTaken(tx, account, storeId, patch.displayName, id)
  if (patch.mappings) await requireMappedTraits(tx, account, storeId, patch.mappings)
  return before
}

async function refuseTaken(tx: Tx, account: number, storeId: string, displayName: string, exceptId?: string) {
  const holder = await tx.get(dataMappingByName, { account, storeId, displayName })
  if (!holder || holder.id === exceptId) return
  const id = wireId('dataMapping', holder.id)
  throw new Failure('conflict', `Data mapping ${id} is named "${displayName}" already.`, {
    conflictingResourceId: id,
    params: { dataMappingId: id, field: 'displayName' },
  })
}

async function requireMappedTraits(tx: Tx, account: number, storeId: string, mappings: TraitMapping[]): Promise<void> {
  const names = [...new Set(mappings.map(({ traitGroup }) => traitGroup))]
  const groups = new Map(
    (await traitGroupsNamed(tx, account, storeId, names)).map((group) => [group.displayName, group.traits]),
  )
  for (const [at, { traitGroup, traitName }] of mappings.entries()) {
    const field = `mappingTo.mappings[${at}]`
    const traits = groups.get(traitGroup)
    if (!traits) throw refused(`${field}.traitGroup`, 'must name a trait group of this memory store')
    if (!Object.hasOwn(traits, traitName)) throw refused(`${field}.traitName`, `must name a trait of ${traitGroup}`)
  }
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', `${field} ${message}`, { code: 520046, field })
}
