import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { createTraitGroup } from '../commands/create-trait-group.ts'
import { writeProfilesInBulk } from '../commands/write-profiles.ts'
import type { TraitsInput } from '../domain/traits.ts'
import { type BatchItem, type BatchOutcome, writeProfiles } from '../profile-batch.ts'
import { profilesAfter } from '../profile-rows.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { checkConsistent, stateOf } from '../testing/graph.ts'
import { reportsAbout } from '../testing/reports.ts'
import { refusal, World } from '../testing/world.ts'
import { allTraitGroups } from '../trait-groups.ts'

/** What must hold of writing many profiles at once, whatever the database. */
export function profileBatchSuite(open: () => Promise<Store>): void {
  test('items become new profiles, complete known ones, and merge as they would one by one', async () => {
    const { w, s, write } = await openBatch(open)
    const known = await w.create(s, { phone: '+13125550142', city: 'Graz' })
    const other = await w.create(s, { email: 'other@example.com' })
    const outcomes = await write([
      { email: 'new@example.com', chat: 'n1' },
      { phone: '(312) 555-0142', firstName: 'Ines' },
      { email: 'twice@example.com' },
      { email: 'TWICE@example.com', lastName: 'Two' },
      { phone: '+13125550142', email: 'other@example.com' },
    ])
    const ids = outcomes.map((one) => ('profileId' in one ? one.profileId : undefined))
    assert.deepEqual([ids[1], ids[4], ids[2] === ids[3]], [known, known, true])
    assert.deepEqual(
      outcomes.map((one) => 'created' in one && one.created),
      [true, false, true, false, false],
    )
    assert.deepEqual((await w.profile(s, ids[0] as string)).identifiers.sort(), ['chat n1', 'email new@example.com'])
    assert.equal((await w.profile(s, other)).id, known)
    assert.deepEqual((await w.profile(s, known)).contact.firstName, 'Ines')
    assert.equal((await w.profile(s, ids[2] as string)).contact.lastName, 'Two')
  })

  test('an item that may not be is refused by itself', async () => {
    const { w, s, write } = await openBatch(open)
    const outcomes = await write([
      { firstName: 'Nobody' },
      { email: 'a@example.com' },
      { phone: '12' },
      { email: 'b@example.com', shoe: 'big' },
    ])
    assert.deepEqual(
      outcomes.map((one) => ('refusal' in one ? one.refusal.details.field : 'written')),
      ['traits', 'written', 'traits.Contact.phone', 'traits.Contact.shoe'],
    )
    const rows = await w.store.read.all(profilesAfter, { account: w.account, storeId: s, id: '', limit: 10 })
    assert.equal(rows.length, 1)
  })

  test('values that may be shared, or that compare by likeness, are judged as one by one', async () => {
    const w = await World.open(await open())
    const s = await w.activeStore([
      { idType: 'household', enforceUnique: false },
      { idType: 'nick', matchingAlgo: 'fuzzy', matchingThreshold: 70 },
    ])
    const traits = {
      household: { dataType: 'STRING' as const, idTypePromotion: 'household' },
      nick: { dataType: 'STRING' as const, idTypePromotion: 'nick' },
    }
    const creation = { displayName: 'Home', traits, maxGroups: 9, maxTraits: 9 }
    await createTraitGroup(w.store, { ...w.request(s), creation })
    await w.runOperations()
    const [first, alike, shared] = await openOn(w, s).writeTraits([
      { Home: { nick: 'margarethe', household: 'h1' } },
      { Home: { nick: 'margarete' } },
      { Home: { household: 'h1' } },
    ])
    assert.ok(first && 'profileId' in first && alike && 'profileId' in alike && shared && 'profileId' in shared)
    assert.equal(alike.profileId, first.profileId)
    assert.notEqual(shared.profileId, first.profileId)
  })

  test('batches that meet at once make one profile of each identifier', async () => {
    const { w, s, write } = await openBatch(open)
    const items = Array.from({ length: 30 }, (_, n) => ({ email: `c${n}@example.com` }))
    const outcomes = await Promise.all([write(items), write(items.toReversed()), write(items)])
    const ids = new Set(outcomes.flat().map((one) => ('profileId' in one ? one.profileId : '')))
    assert.equal(ids.size, 30)
    const rows = await w.store.read.all(profilesAfter, { account: w.account, storeId: s, id: '', limit: 100 })
    assert.equal(rows.length, 30)
  })

  test('people who are known are completed together, each with what they are given, lose and what is told of it', async () => {
    const { w, s, write } = await openBatch(open)
    await w.configure(s, [{ idType: 'phone', normalization: 'phone', limit: 1 }], [])
    const one = await w.create(s, { email: 'one@example.com', phone: '+13125550141', city: 'Graz' })
    const two = await w.create(s, { email: 'two@example.com' })
    const merged = await w.create(s, { email: 'three@example.com' })
    await w.merge(s, merged, await w.create(s, { chat: 'three' }))
    w.now += 1000
    const outcomes = await write([
      { email: 'one@example.com', phone: '+13125550149', firstName: 'Ines' },
      { email: 'TWO@example.com', lastName: 'Two' },
      { chat: 'three', firstName: 'Three' },
    ])
    assert.deepEqual(outcomes, [
      { profileId: one, created: false },
      { profileId: two, created: false },
      { profileId: merged, created: false },
    ])
    assert.deepEqual(await w.profile(s, one), {
      id: one,
      contact: { email: 'one@example.com', phone: '+13125550149', city: 'Graz', firstName: 'Ines' },
      identifiers: ['email one@example.com', 'phone +13125550149'],
    })
    assert.equal((await w.profile(s, two)).contact.lastName, 'Two')
    const [merge] = await w.merges(s)
    await w.undo(s, merge?.id as string)
    assert.deepEqual((await w.profile(s, merge?.retired_id as string)).contact, { chat: 'three', firstName: 'Three' })
    const told = await w.store.read.all(reportsAbout, { account: w.account, resource: wireId('profile', one) })
    assert.deepEqual(told.map(({ type }) => type).slice(-2), ['IDENTIFIER_LINKED', 'IDENTIFIER_UNLINKED'])
  })

  test('a batch comes to what its items come to one by one', async () => {
    const w = await World.open(await open())
    const contact = fc.record(
      {
        email: fc.constantFrom('a@x.org', 'b@x.org', 'c@x.org', 'd@x.org'),
        phone: fc.constantFrom('+13125550141', '+13125550142', '+13125550143'),
        chat: fc.constantFrom('one', 'two', 'three'),
        firstName: fc.constantFrom('Ines', 'Ben'),
      },
      { requiredKeys: [] },
    )
    const batches = fc.array(fc.array(contact, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const [together, apart] = [openOn(w, await w.activeStore()), openOn(w, await w.activeStore())]
        for (const items of given) {
          const fresh = items.map((one) => ({ traits: { Contact: one }, newProfileId: newId() }))
          await together.writeItems(fresh)
          for (const { traits, newProfileId } of fresh) {
            // Who has no identifier is refused, here and there.
            await w.create(apart.s, traits.Contact, newProfileId).catch(refusal(520046))
          }
          w.now += 1000
        }
        await checkConsistent(w, together.s)
        assert.deepEqual(withoutOrigin(await stateOf(w, together.s)), withoutOrigin(await stateOf(w, apart.s)))
      }),
      { numRuns: 12, seed: 4 },
    )
  })

  test('a request in bulk is written in parts, refusals are counted, and a store that is not ACTIVE is refused', async () => {
    const { w, s } = await openBatch(open)
    const profiles = Array.from({ length: 250 }, (_, n) => ({
      traits: { Contact: n === 7 ? { city: 'Graz' } : { email: `c${n}@example.com` } },
    }))
    const input = { account: w.account, storeId: s, profiles, requestId: 'RQ1', now: w.now }
    assert.deepEqual(await writeProfilesInBulk(w.store, input), { written: 249 })
    assert.deepEqual(await writeProfilesInBulk(w.store, input), { written: 249 })
    const rows = await w.store.read.all(profilesAfter, { account: w.account, storeId: s, id: '', limit: 1000 })
    assert.equal(rows.length, 249)
    await assert.rejects(writeProfilesInBulk(w.store, { ...input, storeId: newId() }), refusal(520041))
  })
}

async function openBatch(open: () => Promise<Store>) {
  const w = await World.open(await open())
  return openOn(w, await w.activeStore())
}

function openOn(w: World, s: string) {
  const writeItems = (items: BatchItem[]): Promise<BatchOutcome[]> =>
    w.store.transact(async (tx) => {
      const store = await requireActiveStore(tx, w.account, s, storeHeld)
      const groups = await allTraitGroups(tx, w.account, s)
      return writeProfiles(tx, w.account, { store, groups, items, source: 'bulk', requestId: 'RQ1', now: w.now })
    })
  const writeTraits = (given: TraitsInput[]) => writeItems(given.map((traits) => ({ traits, newProfileId: newId() })))
  const write = (contacts: TraitsInput[string][]) => writeTraits(contacts.map((contact) => ({ Contact: contact })))
  return { w, s, write, writeTraits, writeItems }
}

/** What two stores say, but for what tells which of the two it is and what brought it. */
function withoutOrigin(state: object): string {
  return JSON.stringify(state, (key, value) => (['store_id', 'source', 'detail'].includes(key) ? undefined : value))
}
