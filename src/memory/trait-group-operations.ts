import type { OperationHandler } from '../operations/operation.ts'
import type { Tx } from '../store/store.ts'
import { removedTraits } from './domain/trait-groups.ts'
import { traitGroupTable } from './rows.ts'
import { type StoreWork, withStore } from './store-work.ts'
import {
  decideCreation,
  decideDeletion,
  decidePatch,
  type TraitGroupCreation,
  type TraitGroupDeletion,
  type TraitGroupPatch,
} from './trait-group-changes.ts'
import { deleteTraitGroup, forgetEmptyGroup, forgetGroup, forgetTrait } from './trait-group-rows.ts'

/** What carries out changes of trait groups. */
export function traitGroupHandlers(): Record<string, OperationHandler> {
  return {
    'memory.traitGroup.create': withStore(createGroup, (input) => (input as TraitGroupCreation).displayName),
    'memory.traitGroup.patch': withStore(patchGroup, nameOf),
    'memory.traitGroup.delete': withStore(deleteGroup, nameOf),
  }
}

const nameOf = (input: unknown) => (input as { name: string }).name

const createGroup: StoreWork = async (tx, account, store, { id, input }, now) => {
  const creation = input as TraitGroupCreation
  const traits = await decideCreation(tx, account, store, creation)
  await tx.insert(traitGroupTable, [
    {
      account,
      store_id: store.id,
      name: creation.displayName,
      id,
      description: creation.description ?? null,
      traits: JSON.stringify(traits),
      version: 1,
      created_at: now,
      updated_at: now,
    },
  ])
}

const patchGroup: StoreWork = async (tx, account, store, { input }, now) => {
  const { before, description, traits } = await decidePatch(tx, account, store, input as TraitGroupPatch)
  const row = {
    account,
    store_id: store.id,
    name: before.displayName,
    id: before.id,
    description,
    traits: JSON.stringify(traits),
    version: before.version + 1,
    created_at: before.createdAt,
    updated_at: now,
  }
  const key = ['account', 'store_id', 'name'] as const
  const changed = await tx.update(traitGroupTable, key, ['description', 'traits', 'version', 'updated_at'], [row])
  if (changed === 0) await tx.insert(traitGroupTable, [row])
  await forgetTraits(tx, { account, storeId: store.id, group: before.displayName }, removedTraits(before, traits))
}

const deleteGroup: StoreWork = async (tx, account, store, { input }) => {
  const { displayName } = await decideDeletion(tx, account, store, input as TraitGroupDeletion)
  const scope = { account, storeId: store.id }
  await tx.run(deleteTraitGroup, { ...scope, name: displayName })
  for (const statement of forgetGroup) await tx.run(statement, { ...scope, group: displayName })
}

/** Values go with their definition; identifiers that came from them stay. */
async function forgetTraits(tx: Tx, scope: { account: number; storeId: string; group: string }, names: string[]) {
  for (const trait of names) {
    for (const statement of forgetTrait) await tx.run(statement, { ...scope, trait })
  }
  if (names.length === 0) return
  for (const statement of forgetEmptyGroup) await tx.run(statement, scope)
}
