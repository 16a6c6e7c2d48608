import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { createProfile } from '../commands/create-profile.ts'
import { createTraitGroup } from '../commands/create-trait-group.ts'
import { deleteTraitGroup } from '../commands/delete-trait-group.ts'
import { patchTraitGroup } from '../commands/patch-trait-group.ts'
import { etagOf } from '../domain/etag.ts'
import type { TraitDefinitionsInput } from '../domain/trait-groups.ts'
import type { TraitsInput } from '../domain/traits.ts'
import { refusal, World } from '../testing/world.ts'
import { allTraitGroups, requireTraitGroup, traitGroupTagId } from '../trait-groups.ts'

const limits = { maxGroups: 4, maxTraits: 5 }
const loyalty: TraitDefinitionsInput = {
  tier: { dataType: 'STRING', validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$' } },
  member: { dataType: 'STRING', idTypePromotion: 'card' },
}

/** What must hold of trait groups and of the values that they declare, whatever the database. */
export function traitGroupsSuite(open: () => Promise<Store>): void {
  test('a group is there when its operation is over, and profiles may hold its traits', async () => {
    const { w, s, make, create } = await openSchema(open)
    assert.equal((await make('Loyalty', loyalty))?.result?.id, 'Loyalty')
    const groups = await allTraitGroups(w.store.read, w.account, s)
    assert.deepEqual(
      groups.map(({ displayName, version }) => [displayName, version]),
      [
        ['Contact', 1],
        ['Loyalty', 1],
      ],
    )
    const id = await create({ Loyalty: { tier: 'gold', member: ' 77 ' } })
    assert.deepEqual((await w.profile(s, id)).identifiers, ['card 77'])
    assert.equal(await create({ Loyalty: { member: '77' }, Contact: { city: 'Graz' } }), id)
    await assert.rejects(create({ Loyalty: { tier: 'tin', member: '78' } }), refusal(520046))
    await assert.rejects(create({ Games: { level: '1' } }), refusal(520046))
  })

  test('names are unique and a store has at most so many, also when they are made at once', async () => {
    const { w, make, accept } = await openSchema(open)
    await make('Loyalty')
    await assert.rejects(accept('Loyalty'), refusal(520055))
    await assert.rejects(accept('Contact'), refusal(520055))
    const operations = await Promise.all(['A', 'B', 'C'].map((name) => accept(name)))
    await w.runOperations()
    const ended = await Promise.all(operations.map((id) => w.operation(id)))
    assert.deepEqual(
      ended.map((one) => one?.error?.code ?? one?.status).sort(),
      [520053, 'COMPLETED', 'COMPLETED'].sort(),
    )
    await assert.rejects(accept('D'), refusal(520053))
  })

  test('a change makes a version, and removed traits go from all profiles while identifiers stay', async () => {
    const { w, s, make, create, patch, traits } = await openSchema(open)
    await make('Loyalty', loyalty)
    const both = await create({ Loyalty: { tier: 'gold', member: '1' }, Contact: { city: 'Graz' } })
    const one = await create({ Loyalty: { member: '2' } })
    const none = await create({ Contact: { phone: '+13125550142', firstName: '{"Loyalty":{"member":1}}' } })
    await patch('Loyalty', { member: { dataType: '' }, points: { dataType: 'NUMBER' } })
    const group = await requireTraitGroup(w.store.read, w.account, s, 'Loyalty')
    assert.deepEqual([Object.keys(group.traits), group.version], [['tier', 'points'], 2])
    assert.deepEqual(await traits(both), { Contact: { city: 'Graz' }, Loyalty: { tier: 'gold' } })
    assert.deepEqual(await traits(one), {})
    assert.deepEqual(await traits(none), { Contact: { phone: '+13125550142', firstName: '{"Loyalty":{"member":1}}' } })
    assert.deepEqual((await w.profile(s, one)).identifiers, ['card 2'])
  })

  test('a deleted group goes with all of its values, which a new one of the name does not bring back', async () => {
    const { w, s, make, create, traits } = await openSchema(open)
    await make('Loyalty', loyalty)
    await make('Loyal.ty', { tier: { dataType: 'STRING' } })
    const id = await create({ Loyalty: { tier: 'gold', member: '1' }, 'Loyal.ty': { tier: 'tin' } })
    const request = w.request(s)
    await deleteTraitGroup(w.store, { ...request, name: 'Loyalty' })
    await w.runOperations()
    await make('Loyalty', loyalty)
    assert.deepEqual(await traits(id), { 'Loyal.ty': { tier: 'tin' } })
    assert.deepEqual((await w.profile(s, id)).identifiers, ['card 1'])
  })

  test('Contact takes more traits and keeps its own', async () => {
    const { w, s, patch, create, traits } = await openSchema(open)
    await patch('Contact', { shoeSize: { dataType: 'NUMBER' } })
    const group = await requireTraitGroup(w.store.read, w.account, s, 'Contact')
    assert.deepEqual([group.version, 'email' in group.traits], [2, true])
    const id = await create({ Contact: { email: 'ines@example.com', shoeSize: 39 } })
    assert.deepEqual(await traits(id), { Contact: { email: 'ines@example.com', shoeSize: 39 } })
    await assert.rejects(patch('Contact', { email: { dataType: '' } }), refusal(520050))
    await assert.rejects(deleteTraitGroup(w.store, { ...w.request(s), name: 'Contact' }), refusal(520050))
  })

  test('a change is refused when the group has moved on, at once or when its turn comes', async () => {
    const { w, s, make, patch } = await openSchema(open)
    await make('Loyalty', loyalty)
    const present = etagOf(traitGroupTagId(s, 'Loyalty'), 1)
    await patch('Loyalty', { points: { dataType: 'NUMBER' } }, present)
    await assert.rejects(patch('Loyalty', {}, present), refusal(520043))
    await assert.rejects(patch('Other', {}), refusal(520047))
    await assert.rejects(deleteTraitGroup(w.store, { ...w.request(s), name: 'Other' }), refusal(520047))
  })

  test('groups go with their store', async () => {
    const { w, s, make } = await openSchema(open)
    await make('Loyalty', loyalty)
    await w.deleteStore(s)
    await w.runOperations()
    assert.equal((await allTraitGroups(w.store.read, w.account, s)).length, 1)
  })
}

async function openSchema(open: () => Promise<Store>) {
  const w = await World.open(await open())
  const s = await w.activeStore([{ idType: 'card' }])
  const accept = async (displayName: string, traits: TraitDefinitionsInput = {}) => {
    const request = w.request(s)
    await createTraitGroup(w.store, { ...request, creation: { displayName, traits, ...limits, maxTraits: 20 } })
    return request.operationId
  }
  return {
    w,
    s,
    accept,
    make: async (displayName: string, traits: TraitDefinitionsInput = {}) => {
      const id = await accept(displayName, traits)
      await w.runOperations()
      return w.operation(id)
    },
    patch: async (name: string, traits: TraitDefinitionsInput, ifMatch?: string) => {
      await patchTraitGroup(w.store, { ...w.request(s), ifMatch, patch: { name, traits, maxTraits: 20 } })
      await w.runOperations()
    },
    create: async (traits: TraitsInput) => {
      const input = { account: w.account, storeId: s, traits, newProfileId: newId(), requestId: 'RQ1', now: w.now }
      return (await createProfile(w.store, input)).profileId
    },
    traits: (id: string) => w.traits(s, id),
  }
}
