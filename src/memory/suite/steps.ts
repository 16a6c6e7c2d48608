import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import {
  activeStores,
  aliasesOf,
  canonicalIds,
  createProfileForAddress,
  holdStore,
  lookupIdentifiers,
  profilesExist,
} from '../steps.ts'
import { refusal, World } from '../testing/world.ts'

/** What the rooms above are promised, whatever the database. */
export function stepsSuite(open: () => Promise<Store>): void {
  const world = async () => World.open(await open())

  function forAddress(w: World, storeId: string, idType: string, value: string, maxProfiles?: number) {
    const newProfileId = newId()
    const address = { storeId, newProfileId, idType, value, source: 'conversations', requestId: 'RQ1', now: w.now }
    return w.store.transact((tx) => createProfileForAddress(tx, w.account, address, maxProfiles))
  }

  test('answers identifiers in the order of the question, each in its own store', async () => {
    const w = await world()
    const [one, two] = [await w.activeStore(), await w.activeStore()]
    const ines = await w.create(one, { phone: '+13125550142', chat: 'ines' })
    const kiran = await w.create(two, { whatsapp: 'whatsapp:+13125550142' })
    const ask = (storeId: string, idType: string, value: string) => ({ storeId, idType, value })
    const answers = await lookupIdentifiers(w.store.read, w.account, [
      ask(two, 'whatsapp', '+13125550142'),
      ask(one, 'phone', '312-555-0142'),
      ask(two, 'phone', '+13125550142'),
      ask(one, 'chat', 'ines'),
      ask(one, 'chat', '+13125550142'),
      ask(one, 'phone', 'not a number'),
      ask(one, 'user_id', '7'),
      ask(newId(), 'phone', '+13125550142'),
    ])
    assert.deepEqual(
      answers.map((answer) => [answer.normalizedValue, answer.profileIds]),
      [
        ['+13125550142', [kiran]],
        ['+13125550142', [ines]],
        ['+13125550142', []],
        ['ines', [ines]],
        ['+13125550142', []],
        ['not a number', []],
        ['7', []],
        ['+13125550142', []],
      ],
    )
    assert.deepEqual(await lookupIdentifiers(w.store.read, w.account, []), [])
  })

  test('several holders of a value that may be shared come earliest first', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'household', enforceUnique: false }])
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    await w.add(s, second, 'household', 'h1')
    await w.add(s, first, 'household', 'h1')
    const wanted = [{ storeId: s, idType: 'household', value: ' h1 ' }]
    assert.deepEqual((await lookupIdentifiers(w.store.read, w.account, wanted))[0]?.profileIds, [first, second])
  })

  test('tells retired ids and canonical ids', async () => {
    const w = await world()
    const s = await w.activeStore()
    const first = await w.create(s, { phone: '+13125550141' })
    const second = await w.create(s, { phone: '+13125550142' })
    const alone = await w.create(s, { phone: '+13125550143' })
    const never = newId()
    await w.add(s, second, 'phone', '+13125550141')
    const at = (profileId: string) => ({ storeId: s, profileId })
    assert.deepEqual([...(await aliasesOf(w.store.read, w.account, [at(first), at(alone)]))], [[first, [second]]])
    assert.deepEqual(
      [...(await canonicalIds(w.store.read, w.account, [at(second), at(alone), at(never)]))],
      [
        [second, first],
        [alone, alone],
        [never, never],
      ],
    )
    assert.deepEqual(
      [...(await profilesExist(w.store.read, w.account, s, [first, second, never]))].sort(),
      [first, second].sort(),
    )
    assert.equal((await aliasesOf(w.store.read, w.account, [])).size, 0)
    assert.equal((await canonicalIds(w.store.read, w.account, [])).size, 0)
    assert.equal((await profilesExist(w.store.read, w.account, s, [])).size, 0)
  })

  test('tells which stores are ACTIVE, and holds one with its status', async () => {
    const w = await world()
    const active = await w.activeStore()
    const { id: queued } = await w.queueStore('queued')
    assert.deepEqual(await activeStores(w.store.read, w.account), new Set([active]))
    const hold = (id: string) => w.store.transact((tx) => holdStore(tx, w.account, id))
    assert.deepEqual([await hold(active), await hold(queued), await hold(newId())], ['ACTIVE', 'QUEUED', undefined])
  })

  test('an address makes a profile with the address as its trait and identifier, once', async () => {
    const w = await world()
    const s = await w.activeStore()
    const { profileId } = await forAddress(w, s, 'whatsapp', 'whatsapp:+13125550142')
    assert.deepEqual(await w.profile(s, profileId), {
      id: profileId,
      contact: { whatsapp: '+13125550142' },
      identifiers: ['whatsapp +13125550142'],
    })
    assert.equal((await forAddress(w, s, 'whatsapp', '+13125550142')).profileId, profileId)
  })

  test('an address of a type that no trait feeds becomes an identifier alone', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'user_id' }])
    const { profileId } = await forAddress(w, s, 'user_id', '7')
    assert.deepEqual(await w.profile(s, profileId), { id: profileId, contact: {}, identifiers: ['user_id 7'] })
  })

  test('a profile for an address is refused without a usable store, type, value or room', async () => {
    const w = await world()
    const s = await w.activeStore()
    const { id: queued } = await w.queueStore('queued')
    await assert.rejects(forAddress(w, newId(), 'phone', '+13125550142'), refusal(520041))
    await assert.rejects(forAddress(w, queued, 'phone', '+13125550142'), refusal(520042))
    await assert.rejects(forAddress(w, s, 'user_id', '7'), refusal(520046))
    await assert.rejects(forAddress(w, s, 'phone', 'client'), refusal(520046))
    await forAddress(w, s, 'phone', '+13125550142', 1)
    await assert.rejects(forAddress(w, s, 'phone', '+13125550143', 1), { kind: 'limit' })
  })
}
