import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { createDataMapping, deleteDataMapping, patchDataMapping } from '../commands/change-data-mapping.ts'
import { createTraitGroup } from '../commands/create-trait-group.ts'
import { deleteTraitGroup } from '../commands/delete-trait-group.ts'
import { patchTraitGroup } from '../commands/patch-trait-group.ts'
import { requireDataMapping, type TraitMapping } from '../data-mappings.ts'
import { refusal, World } from '../testing/world.ts'

const email: TraitMapping = { expression: 'mail', traitGroup: 'Contact', traitName: 'email' }
const tier: TraitMapping = { expression: 'rank', traitGroup: 'Loyalty', traitName: 'tier' }

/** What must hold of data mappings, whatever the database. */
export function dataMappingsSuite(open: () => Promise<Store>): void {
  test('a mapping is kept as it was given, changed in parts and deleted', async () => {
    const { w, s, make } = await openMappings(open)
    const id = await make('crm', [email, tier])
    const request = { ...w.request(s), id }
    await patchDataMapping(w.store, request, { isEnabled: false, mappings: [email] })
    w.now += 5
    await w.runOperations()
    const mapping = await requireDataMapping(w.store.read, w.account, s, id)
    assert.deepEqual(mapping, {
      id,
      displayName: 'crm',
      description: null,
      isEnabled: false,
      source: { type: 'INGRESS', columns: ['mail', 'rank'] },
      mappings: [email],
      version: 2,
      createdAt: mapping.createdAt,
      updatedAt: mapping.createdAt + 5,
    })
    await deleteDataMapping(w.store, { ...w.request(s), id })
    await w.runOperations()
    await assert.rejects(requireDataMapping(w.store.read, w.account, s, id), refusal(520048))
  })

  test('names are unique, a store has at most so many, and what is led to must be there', async () => {
    const { make } = await openMappings(open)
    await make('crm', [email])
    await assert.rejects(make('crm', [email]), /named "crm" already/)
    await assert.rejects(make('shop', [{ ...email, traitGroup: 'Games' }]), refusal(520046))
    await assert.rejects(make('shop', [{ ...email, traitName: 'shoe' }]), refusal(520046))
    await make('shop', [email])
    await assert.rejects(make('third', [email]), /maximum of 2/)
  })

  test('what a mapping leads to can not go', async () => {
    const { w, s, make } = await openMappings(open)
    const id = await make('crm', [tier])
    const conflict = (error: unknown) =>
      (error as { details: { conflictingResourceId?: string } }).details.conflictingResourceId ===
      wireId('dataMapping', id)
    await assert.rejects(deleteTraitGroup(w.store, { ...w.request(s), name: 'Loyalty' }), conflict)
    const patch = { name: 'Loyalty', traits: { tier: { dataType: '' as const } }, maxTraits: 9 }
    await assert.rejects(patchTraitGroup(w.store, { ...w.request(s), patch }), conflict)
    await patchDataMapping(w.store, { ...w.request(s), id }, { mappings: [email] })
    await w.runOperations()
    await deleteTraitGroup(w.store, { ...w.request(s), name: 'Loyalty' })
  })
}

async function openMappings(open: () => Promise<Store>) {
  const w = await World.open(await open())
  const s = await w.activeStore()
  const creation = {
    displayName: 'Loyalty',
    traits: { tier: { dataType: 'STRING' as const } },
    maxGroups: 9,
    maxTraits: 9,
  }
  await createTraitGroup(w.store, { ...w.request(s), creation })
  await w.runOperations()
  const make = async (displayName: string, mappings: TraitMapping[]) => {
    const id = newId()
    const source = { type: 'INGRESS' as const, columns: ['mail', 'rank'] }
    const rest = { description: null, isEnabled: true, source, mappings, maxMappings: 2 }
    await createDataMapping(w.store, { ...w.request(s), id }, { displayName, ...rest })
    await w.runOperations()
    return id
  }
  return { w, s, make }
}
