import { Failure } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { mappingsInto } from './data-mappings.ts'
import {
  defineTraits,
  isProtected,
  protectedFailure,
  removedTraits,
  type TraitDefinition,
  type TraitDefinitionsInput,
  type TraitGroup,
} from './domain/trait-groups.ts'
import type { MemoryStore } from './memory-store.ts'
import { requireVersion } from './stores.ts'
import { allTraitGroups, requireTraitGroup, type StoredTraitGroup, traitGroupTagId } from './trait-groups.ts'

export interface TraitGroupCreation {
  displayName: string
  description?: string
  traits: TraitDefinitionsInput
  maxGroups: number
  maxTraits: number
}

export interface TraitGroupPatch {
  name: string
  description?: string
  traits: TraitDefinitionsInput
  maxTraits: number
  ifMatch?: string
}

export interface TraitGroupDeletion {
  name: string
}

/** What a change of a group comes to, judged once when it is accepted and again when it is carried out. */
export interface DecidedTraitGroup {
  before: StoredTraitGroup
  description: string | null
  traits: Record<string, TraitDefinition>
}

/** The definitions of a new group. Throws when the name is taken, the store has its maximum or a definition is not coherent. */
export async function decideCreation(
  tx: Tx,
  account: number,
  store: MemoryStore,
  { displayName, traits, maxGroups, maxTraits }: TraitGroupCreation,
): Promise<Record<string, TraitDefinition>> {
  const groups = await allTraitGroups(tx, account, store.id)
  if (groups.some((group) => group.displayName === displayName)) {
    throw new Failure('invalid', `A trait group named "${displayName}" exists already.`, {
      code: 520055,
      field: 'displayName',
    })
  }
  if (groups.length >= maxGroups) {
    throw new Failure('limit', `This memory store has its maximum of ${maxGroups} trait groups.`, {
      code: 520053,
      params: { limit: maxGroups },
    })
  }
  refuseRemoval(traits)
  const group: TraitGroup = { displayName, traits: {} }
  return defineTraits({ group, settings: store.identitySettings, maxTraits }, traits)
}

/** A group after a change. Throws when there is no such group, it has moved on, or the change may not be. */
export async function decidePatch(
  tx: Tx,
  account: number,
  store: MemoryStore,
  { name, description, traits, maxTraits, ifMatch }: TraitGroupPatch,
): Promise<DecidedTraitGroup> {
  const before = await requireTraitGroup(tx, account, store.id, name)
  requireVersion(ifMatch, traitGroupTagId(store.id, name), before.version)
  const defined = defineTraits({ group: before, settings: store.identitySettings, maxTraits }, traits)
  await refuseMapped(tx, account, store.id, name, removedTraits(before, defined))
  return {
    before,
    description: description ?? before.description,
    traits: defined,
  }
}

/** Throws when there is no such group, or it may not go. */
export async function decideDeletion(
  tx: Tx,
  account: number,
  store: MemoryStore,
  { name }: TraitGroupDeletion,
): Promise<StoredTraitGroup> {
  const group = await requireTraitGroup(tx, account, store.id, name)
  if (isProtected(name)) throw protectedFailure(`The trait group ${name}`)
  await refuseMapped(tx, account, store.id, name)
  return group
}

function refuseRemoval(traits: TraitDefinitionsInput): void {
  for (const [name, { dataType }] of Object.entries(traits)) {
    if (dataType !== '') continue
    const field = `traits.${name}.dataType`
    throw new Failure('invalid', `${field} must say of what type the trait is`, { code: 520046, field })
  }
}

/** Throws a conflict while a data mapping leads to the group, or to one of these traits of it. */
async function refuseMapped(tx: Tx, account: number, storeId: string, group: string, traits?: string[]): Promise<void> {
  if (traits?.length === 0) return
  const [mapping] = await mappingsInto(tx, account, storeId, group, traits)
  if (!mapping) return
  const id = wireId('dataMapping', mapping.id)
  throw new Failure('conflict', `Data mapping ${id} leads to this trait group; delete or change it first.`, {
    conflictingResourceId: id,
    params: { dataMappingId: id },
  })
}
