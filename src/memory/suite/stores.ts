import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEpoch } from '../../accounts/epochs.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { replaceIdentitySettings } from '../commands/replace-identity-settings.ts'
import { etagOf } from '../domain/etag.ts'
import { defaultIdentitySettings } from '../domain/identity-settings.ts'
import { identifiersOf } from '../identifier-rows.ts'
import { profilesAfter } from '../profile-rows.ts'
import { identityTagId, requireStore } from '../stores.ts'
import { refusal, World } from '../testing/world.ts'

/** What must hold of memory stores and their operations, whatever the database. */
export function storesSuite(open: () => Promise<Store>): void {
  const world = async () => World.open(await open())

  test('a store is QUEUED until its operation has made it ACTIVE, with the default identity settings', async () => {
    const w = await world()
    const { id, operationId } = await w.queueStore('main')
    assert.equal((await requireStore(w.store.read, w.account, id)).status, 'QUEUED')
    assert.equal((await w.operation(operationId))?.status, 'PENDING')
    await w.runOperations()
    const store = await requireStore(w.store.read, w.account, id)
    assert.equal(store.status, 'ACTIVE')
    assert.equal(store.version, 1)
    assert.deepEqual(store.identitySettings, defaultIdentitySettings)
    assert.deepEqual((await w.operation(operationId))?.result, {
      type: 'RESOURCE_ID',
      id: wireId('memoryStore', id),
    })
  })

  test('names are unique in an account, and free again after a deletion', async () => {
    const w = await world()
    const { id } = await w.queueStore('main')
    await assert.rejects(w.queueStore('main'), refusal(520045))
    await w.runOperations()
    await w.deleteStore(id)
    await w.runOperations()
    await w.queueStore('main')
  })

  test('an account has at most so many stores, also when they are made at once', async () => {
    const w = await world()
    const tries = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((name) => w.queueStore(name, 2)))
    assert.equal(tries.filter((one) => one.status === 'fulfilled').length, 2)
    await assert.rejects(w.queueStore('f', 2), refusal(520044))
  })

  test('a change waits for its operation and raises the version', async () => {
    const w = await world()
    const s = await w.activeStore()
    await w.patchStore(s, { displayName: 'renamed' })
    await w.runOperations()
    await w.patchStore(s, { description: 'Customers' })
    await w.runOperations()
    const store = await requireStore(w.store.read, w.account, s)
    assert.deepEqual([store.displayName, store.description, store.version], ['renamed', 'Customers', 3])
  })

  test('a change is refused when the store has moved on, the name is taken or there is no such store', async () => {
    const w = await world()
    const s = await w.activeStore()
    await w.queueStore('taken')
    await w.runOperations()
    const present = etagOf(wireId('memoryStore', s), 1)
    await w.patchStore(s, { description: 'one' }, present)
    await w.runOperations()
    await assert.rejects(w.patchStore(s, { description: 'two' }, present), refusal(520043))
    await assert.rejects(w.patchStore(s, { displayName: 'taken' }), refusal(520045))
    await assert.rejects(w.patchStore(newId(), { description: 'x' }), refusal(520041))
  })

  test('an operation whose store has gone meanwhile fails with the reason', async () => {
    const w = await world()
    const s = await w.activeStore()
    const deletion = await w.deleteStore(s)
    const replacement = w.request(s)
    await replaceIdentitySettings(w.store, { ...replacement, settings: defaultIdentitySettings })
    await w.runOperations()
    assert.equal((await w.operation(deletion))?.status, 'COMPLETED')
    const failed = await w.operation(replacement.operationId)
    assert.deepEqual([failed?.status, failed?.error?.code, failed?.error?.status], ['FAILED', 520041, 404])
  })

  test('identity settings are replaced as a whole, and guarded by their own version', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'user_id', limit: 1 }])
    const store = await requireStore(w.store.read, w.account, s)
    assert.equal(store.identityVersion, 2)
    assert.deepEqual(store.identitySettings.matchingRules, ['phone', 'user_id'])
    assert.equal(store.version, 1)
    const stale = { ...w.request(s), ifMatch: etagOf(identityTagId(s), 1), settings: defaultIdentitySettings }
    await assert.rejects(replaceIdentitySettings(w.store, stale), refusal(520043))
    const fresh = { ...w.request(s), ifMatch: etagOf(identityTagId(s), 2), settings: defaultIdentitySettings }
    await replaceIdentitySettings(w.store, fresh)
  })

  test('of changes that are asked for at the same moment one is accepted, and the others are a conflict', async () => {
    const w = await world()
    const s = await w.activeStore()
    const asked = await Promise.allSettled(['x', 'y', 'z'].map((description) => w.patchStore(s, { description })))
    assert.deepEqual(asked.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
    for (const one of asked) if (one.status === 'rejected') assert.equal(one.reason.kind, 'conflict')
    assert.equal(await w.runOperations(), 1)
    await w.patchStore(s, { description: 'later' })
  })

  test('a change of a store gets its turn also where writers never cease', async () => {
    const w = await world()
    const s = await w.activeStore()
    const operationId = await w.patchStore(s, { description: 'x' })
    let isDone = false
    const writer = async (name: string) => {
      for (let n = 0; n < 100 && !isDone; n += 1) await w.create(s, { chat: `${name} ${n}` })
      return isDone
    }
    const writers = ['a', 'b', 'c', 'd'].map(writer)
    await w.runOperations()
    isDone = (await w.operation(operationId))?.status === 'COMPLETED'
    assert.deepEqual(await Promise.all(writers), [true, true, true, true])
  })

  test('every change of a store moves the epoch of its account', async () => {
    const w = await world()
    const epochs = [await readEpoch(w.store.read, w.account)]
    const s = await w.activeStore()
    epochs.push(await readEpoch(w.store.read, w.account))
    await w.patchStore(s, { description: 'x' })
    await w.runOperations()
    epochs.push(await readEpoch(w.store.read, w.account))
    await w.deleteStore(s)
    await w.runOperations()
    epochs.push(await readEpoch(w.store.read, w.account))
    assert.deepEqual(
      epochs,
      [...new Set(epochs)].sort((a, b) => a - b),
    )
  })

  test('a store that a configuration uses cannot be deleted, not even if that began meanwhile', async () => {
    const w = await world()
    const s = await w.activeStore()
    w.references.set(s, 'conv_configuration_1')
    await assert.rejects(w.deleteStore(s), { kind: 'conflict' })
    w.references.delete(s)
    const operationId = await w.deleteStore(s)
    w.references.set(s, 'conv_configuration_1')
    await w.runOperations()
    assert.equal((await w.operation(operationId))?.error?.status, 409)
    assert.equal((await requireStore(w.store.read, w.account, s)).status, 'ACTIVE')
  })

  test('deleting a store removes its profiles, identifiers and retired ids, and nothing of another', async () => {
    const w = await world()
    const [gone, other] = [await w.activeStore(), await w.activeStore()]
    const profileIds: string[] = []
    for (const s of [gone, other]) {
      const first = await w.create(s, { phone: '+13125550142' })
      const second = await w.create(s, { email: 'ines@example.com' })
      await w.add(s, second, 'phone', '+13125550142')
      profileIds.push(first, second)
    }
    await w.deleteStore(gone)
    await w.runOperations()
    await assert.rejects(requireStore(w.store.read, w.account, gone), refusal(520041))
    const count = async (storeId: string) => {
      const scope = { account: w.account, storeId }
      const profiles = await w.store.read.all(profilesAfter, { ...scope, id: '', limit: 9 })
      const identifiers = await w.store.read.all(identifiersOf, { ...scope, profileIds })
      return [profiles.length, identifiers.length]
    }
    assert.deepEqual(await count(gone), [0, 0])
    assert.deepEqual(await count(other), [1, 2])
    assert.equal((await w.profile(other, profileIds[3] as string)).id, profileIds[2])
  })
}
