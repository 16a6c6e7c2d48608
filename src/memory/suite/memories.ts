import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { deleteProfile } from '../commands/delete-profile.ts'
import { countMemories, restoreMemories } from '../memories.ts'
import { requireProfile } from '../profiles.ts'
import { profileTable } from '../rows.ts'
import { Remembering } from '../testing/memories.ts'
import { refusal, World } from '../testing/world.ts'

/** What must hold of what is remembered of profiles, whatever the database. */
export function memoriesSuite(open: () => Promise<Store>): void {
  const begin = async () => {
    const w = await World.open(await open())
    const s = await w.activeStore()
    return { w, s, m: new Remembering(w, s) }
  }

  test('every change gives the profile another version of its memories', async () => {
    const { w, s, m } = await begin()
    const id = await w.create(s, { phone: '+13125550142' })
    const version = async () => (await requireProfile(w.store.read, w.account, s, id)).memory_version
    const seen = [await version()]
    await m.observe(id, 'one')
    seen.push(await version())
    await m.summarise(id, 'two')
    seen.push(await version())
    assert.equal(seen[0], '')
    assert.equal(new Set(seen).size, 3)
    await w.patch(s, id, { city: 'Graz' })
    assert.equal(await version(), seen[2])
  })

  test('a full profile gives up what was left alone for longest', async () => {
    const { w, s, m } = await begin()
    m.maximum = 3
    const id = await w.create(s, { phone: '+13125550142' })
    await m.observe(id, 'one', 'two')
    await m.summarise(id, 'first', 'second', 'third')
    w.now += 1
    await m.observe(id, 'three', 'four')
    await m.summarise(id, 'fourth')
    assert.deepEqual(await m.of(id), ['two', 'three', 'four', 'second', 'third', 'fourth'])
  })

  test('with strict limits a full profile refuses, and nothing is half written', async () => {
    const { w, s, m } = await begin()
    Object.assign(m, { maximum: 2, policy: 'refuse' })
    const id = await w.create(s, { phone: '+13125550142' })
    await m.observe(id, 'one')
    await assert.rejects(m.observe(id, 'two', 'three'), refusal(520046))
    await m.summarise(id, 'first', 'second')
    await assert.rejects(m.summarise(id, 'third'), refusal(520046))
    assert.deepEqual(await m.of(id), ['one', 'first', 'second'])
  })

  test('a merge gives all memories to the profile that stays, and retired ids go on taking more', async () => {
    const { w, s, m } = await begin()
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    await m.observe(first, 'a')
    await m.observe(second, 'b')
    await m.summarise(second, 'c')
    assert.equal(await w.add(s, second, 'phone', '+13125550141'), first)
    await m.observe(second, 'd')
    assert.deepEqual(await m.of(first), ['a', 'b', 'd', 'c'])
    const place = { account: w.account, storeId: s, profileIds: [first, second] }
    assert.deepEqual(await countMemories(w.store.read, place), { observations: 3, summaries: 1 })
  })

  test('restoring gives back what was written to the other profile, before the merge and since', async () => {
    const { w, s, m } = await begin()
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    await m.observe(first, 'a')
    await m.observe(second, 'b')
    await m.summarise(second, 'c')
    await w.add(s, second, 'phone', '+13125550141')
    await m.observe(second, 'd')
    await m.observe(first, 'e')
    const version = newId()
    const moved = await w.store.transact(async (tx) => {
      const row = { account: w.account, store_id: s, id: second, traits: '{}', created_at: w.now, updated_at: w.now }
      await tx.insert(profileTable, [row])
      const scope = { account: w.account, storeId: s, from: first, to: second, origins: [second], version }
      return restoreMemories(tx, scope)
    })
    assert.deepEqual(moved, { observations: 2, summaries: 1 })
    assert.deepEqual(await m.of(first), ['a', 'e'])
    assert.deepEqual(await m.of(second), ['b', 'd', 'c'])
    for (const id of [first, second]) {
      assert.equal((await requireProfile(w.store.read, w.account, s, id)).memory_version, version)
    }
  })

  test('a deleted profile, and a deleted store, take their memories with them', async () => {
    const { w, s, m } = await begin()
    const [gone, stays] = [await w.create(s, { phone: '+13125550141' }), await w.create(s, { phone: '+13125550142' })]
    for (const id of [gone, stays]) {
      await m.observe(id, 'a')
      await m.summarise(id, 'b')
    }
    await deleteProfile(w.store, { account: w.account, storeId: s, profileId: gone, requestId: 'RQ5', now: w.now })
    assert.deepEqual([await m.of(gone), await m.of(stays)], [[], ['a', 'b']])
    await w.deleteStore(s)
    await w.runOperations()
    assert.deepEqual(await m.of(stays), [])
  })
}
