import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { deleteProfile } from '../commands/delete-profile.ts'
import { canonicalIds } from '../steps.ts'
import { refusal, World } from '../testing/world.ts'

/** What must hold of profiles and identifiers, whatever the database. */
export function profilesSuite(open: () => Promise<Store>): void {
  const world = async () => World.open(await open())

  test('a first contact makes a profile with its traits and its normalised identifiers', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '(312) 555-0142', firstName: 'Ines' })
    assert.deepEqual(await w.profile(s, id), {
      id,
      contact: { phone: '(312) 555-0142', firstName: 'Ines' },
      identifiers: ['phone +13125550142'],
    })
  })

  test('a known identifier leads to the profile that holds it, whose traits are completed', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '+13125550142', firstName: 'Ines', city: 'Graz' })
    assert.equal(await w.create(s, { phone: '312-555-0142', email: 'Ines@Example.com', city: 'Linz' }), id)
    assert.deepEqual(await w.profile(s, id), {
      id,
      contact: { phone: '312-555-0142', firstName: 'Ines', email: 'Ines@Example.com', city: 'Linz' },
      identifiers: ['phone +13125550142', 'email ines@example.com'],
    })
  })

  test('identifiers of two profiles merge them under the earliest id, and the other id goes on standing for it', async () => {
    const w = await world()
    const s = await w.activeStore()
    const first = await w.create(s, { phone: '+13125550142', firstName: 'Old', city: 'Graz' })
    w.now += 1
    const second = await w.create(s, { email: 'ines@example.com', firstName: 'New' })
    w.now += 1
    assert.equal(await w.create(s, { phone: '+13125550142', email: 'ines@example.com' }), first)
    const merged = await w.profile(s, second)
    assert.deepEqual(merged, {
      id: first,
      contact: {
        firstName: 'New',
        city: 'Graz',
        phone: '+13125550142',
        email: 'ines@example.com',
      },
      identifiers: ['phone +13125550142', 'email ines@example.com'],
    })
    assert.equal(await w.patch(s, second, { country: 'AT' }), first)
    assert.equal((await w.profile(s, first)).contact.country, 'AT')
  })

  test('retired ids of several merges all point at the profile there is now', async () => {
    const w = await world()
    const s = await w.activeStore()
    const a = await w.create(s, { phone: '+13125550141' })
    const b = await w.create(s, { phone: '+13125550142' })
    const c = await w.create(s, { phone: '+13125550143' })
    assert.equal(await w.add(s, b, 'phone', '+13125550143'), b)
    assert.equal(await w.add(s, a, 'phone', '+13125550142'), a)
    const canonical = await canonicalIds(
      w.store.read,
      w.account,
      [a, b, c].map((profileId) => ({ storeId: s, profileId })),
    )
    assert.deepEqual([...canonical.values()], [a, a, a])
    assert.deepEqual((await w.profile(s, c)).identifiers, [
      'phone +13125550141',
      'phone +13125550142',
      'phone +13125550143',
    ])
  })

  test('the earliest id survives also when a later profile asks for the merge', async () => {
    const w = await world()
    const s = await w.activeStore()
    const first = await w.create(s, { phone: '+13125550142' })
    const second = await w.create(s, { email: 'ines@example.com' })
    assert.equal(await w.patch(s, second, { phone: '+13125550142' }), first)
  })

  test('a profile without an identifying trait, and traits nobody declared, are refused', async () => {
    const w = await world()
    const s = await w.activeStore()
    await assert.rejects(w.create(s, { firstName: 'Ines' }), refusal(520046))
    await assert.rejects(w.create(s, { phone: '12' }), refusal(520046))
    await assert.rejects(w.create(s, { phone: '+13125550142', shoeSize: '9' }), refusal(520046))
    await assert.rejects(w.create(s, { phone: '+13125550142', city: null }), refusal(520046))
  })

  test('work with profiles needs a store that exists and is ACTIVE', async () => {
    const w = await world()
    const { id } = await w.queueStore()
    await assert.rejects(w.create(id, { phone: '+13125550142' }), refusal(520042))
    await assert.rejects(w.create(newId(), { phone: '+13125550142' }), refusal(520041))
  })

  test('null removes a trait and leaves the identifier that it was promoted to', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '+13125550142', city: 'Graz' })
    await w.patch(s, id, { phone: null, city: null })
    assert.deepEqual(await w.profile(s, id), { id, contact: {}, identifiers: ['phone +13125550142'] })
  })

  test('adding a value that is there changes nothing', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '+13125550142' })
    assert.equal(await w.add(s, id, 'phone', '+1 312 555 0142'), id)
    assert.deepEqual((await w.profile(s, id)).identifiers, ['phone +13125550142'])
    await assert.rejects(w.add(s, id, 'user_id', '7'), refusal(520046))
    await assert.rejects(w.add(s, newId(), 'phone', '+13125550143'), refusal(20404))
  })

  test('beyond the limit fifo evicts the oldest value and lifo refuses the newest', async () => {
    const w = await world()
    const s = await w.activeStore([
      { idType: 'card', limit: 2, limitPolicy: 'fifo' },
      { idType: 'seat', limit: 2, limitPolicy: 'lifo' },
    ])
    const id = await w.create(s, { phone: '+13125550142' })
    for (const value of ['1', '2', '3']) {
      await w.add(s, id, 'card', value)
      await w.add(s, id, 'seat', value)
    }
    assert.deepEqual((await w.profile(s, id)).identifiers, [
      'phone +13125550142',
      'seat 1',
      'card 2',
      'seat 2',
      'card 3',
    ])
    const other = await w.create(s, { phone: '+13125550143' })
    assert.equal(await w.add(s, other, 'card', '1'), other)
  })

  test('a replaced value stops matching and the new one matches', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '+13125550142' })
    assert.equal(await w.replace(s, id, 'phone', '312 555 0142', '+13125550199'), id)
    assert.equal(await w.create(s, { phone: '+13125550199' }), id)
    assert.notEqual(await w.create(s, { phone: '+13125550142' }), id)
  })

  test('replacing refuses an old value that is not there and a new one that is', async () => {
    const w = await world()
    const s = await w.activeStore()
    const id = await w.create(s, { phone: '+13125550142' })
    await w.add(s, id, 'phone', '+13125550143')
    await assert.rejects(w.replace(s, id, 'phone', '+13125550149', '+13125550150'), refusal(520014))
    await assert.rejects(w.replace(s, id, 'phone', 'nonsense', '+13125550150'), refusal(520014))
    await assert.rejects(w.replace(s, id, 'phone', '+13125550142', '+13125550143'), { kind: 'conflict' })
    assert.equal(await w.replace(s, id, 'phone', '+13125550142', '+1 312 555 0142'), id)
    assert.deepEqual((await w.profile(s, id)).identifiers, ['phone +13125550142', 'phone +13125550143'])
  })

  test('a replacement that somebody else holds merges the two', async () => {
    const w = await world()
    const s = await w.activeStore()
    const first = await w.create(s, { phone: '+13125550142' })
    const second = await w.create(s, { phone: '+13125550143' })
    assert.equal(await w.replace(s, second, 'phone', '+13125550143', '+13125550142'), first)
    assert.deepEqual((await w.profile(s, second)).identifiers, ['phone +13125550142'])
  })

  test('removing takes the value that would be evicted next, or all of the type', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'seat', limitPolicy: 'lifo' }])
    const id = await w.create(s, { phone: '+13125550141', email: 'ines@example.com' })
    await w.add(s, id, 'phone', '+13125550142')
    await w.add(s, id, 'phone', '+13125550143')
    await w.add(s, id, 'seat', '1')
    await w.add(s, id, 'seat', '2')
    await w.remove(s, id, 'phone')
    await w.remove(s, id, 'seat')
    assert.deepEqual((await w.profile(s, id)).identifiers, [
      'email ines@example.com',
      'phone +13125550142',
      'phone +13125550143',
      'seat 1',
    ])
    await w.remove(s, id, 'phone', true)
    assert.deepEqual((await w.profile(s, id)).identifiers, ['email ines@example.com', 'seat 1'])
    await assert.rejects(w.remove(s, id, 'phone'), refusal(520014))
  })

  test('of two who replace one value at the same time the second finds it gone, and two removals take two values', async () => {
    const w = await world()
    const s = await w.activeStore()
    for (let round = 0; round < 5; round += 1) {
      const id = await w.create(s, { chat: `old ${round}` })
      const replaced = await Promise.allSettled(
        ['a', 'b'].map((name) => w.replace(s, id, 'chat', `old ${round}`, `${name} ${round}`)),
      )
      assert.deepEqual(replaced.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      assert.equal((await w.profile(s, id)).identifiers.length, 1)
      await w.add(s, id, 'chat', `another ${round}`)
      await Promise.all([w.remove(s, id, 'chat'), w.remove(s, id, 'chat')])
      assert.deepEqual((await w.profile(s, id)).identifiers, [])
    }
  })

  test('a deleted profile is gone under all of its ids, and its identifiers are free', async () => {
    const w = await world()
    const s = await w.activeStore()
    const first = await w.create(s, { phone: '+13125550142' })
    const second = await w.create(s, { email: 'ines@example.com' })
    await w.add(s, second, 'phone', '+13125550142')
    assert.equal(
      await deleteProfile(w.store, { account: w.account, storeId: s, profileId: second, requestId: 'RQ5', now: w.now }),
      first,
    )
    for (const id of [first, second]) await assert.rejects(w.profile(s, id), refusal(20404))
    const again = await w.create(s, { phone: '+13125550142' })
    assert.ok(again !== first && again !== second)
  })

  test('an identifier that may be shared merges only together with another one', async () => {
    const w = await world()
    const s = await w.activeStore([
      { idType: 'household', enforceUnique: false },
      { idType: 'device', enforceUnique: false },
    ])
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    await w.add(s, first, 'household', 'h1')
    assert.equal(await w.add(s, second, 'household', 'h1'), second)
    await w.add(s, first, 'device', 'd1')
    assert.equal(await w.add(s, second, 'device', 'd1'), first)
    assert.deepEqual((await w.profile(s, second)).identifiers.sort(), [
      'device d1',
      'household h1',
      'phone +13125550141',
      'phone +13125550142',
    ])
  })

  test('a merge that completes a second shared identifier draws in a third profile', async () => {
    const w = await world()
    const s = await w.activeStore([
      { idType: 'household', enforceUnique: false },
      { idType: 'device', enforceUnique: false },
    ])
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    const third = await w.create(s, { phone: '+13125550143' })
    await w.add(s, first, 'household', 'h1')
    await w.add(s, first, 'device', 'd1')
    await w.add(s, second, 'household', 'h1')
    await w.add(s, third, 'device', 'd1')
    assert.equal(await w.add(s, third, 'phone', '+13125550142'), first)
    for (const id of [second, third]) assert.equal((await w.profile(s, id)).id, first)
  })

  test('values shared before their type became unique stay so until a write touches them', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'household', enforceUnique: false }])
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    await w.add(s, first, 'household', 'h1')
    await w.add(s, second, 'household', 'h1')
    await w.configure(s, [{ idType: 'household' }], ['household'])
    assert.equal((await w.profile(s, second)).id, second)
    const third = await w.create(s, { phone: '+13125550143' })
    assert.equal(await w.add(s, third, 'household', 'h1'), first)
    for (const id of [second, third]) assert.equal((await w.profile(s, id)).id, first)
  })

  test('values of a type that compares by likeness match when they are alike enough', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'member', matchingAlgo: 'fuzzy', matchingThreshold: 80 }])
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    const third = await w.create(s, { phone: '+13125550143' })
    await w.add(s, first, 'member', 'Maier')
    assert.equal(await w.add(s, third, 'member', 'Meyer'), third)
    assert.equal(await w.add(s, second, 'member', 'Meier'), first)
    assert.equal((await w.profile(s, third)).id, first)
  })
}
