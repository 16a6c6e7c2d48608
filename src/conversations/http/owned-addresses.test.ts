import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEpoch } from '../../accounts/epochs.ts'
import { inWorld, kiosk } from '../../testing/app.ts'

const path = '/skein/v1/OwnedAddresses'

test('registers an address, which can then be fetched and listed', () =>
  inWorld({}, async (world) => {
    const created = await world.post(path, { address: kiosk, name: 'Kiosk' })
    assert.equal(created.status, 201)
    assert.match(created.body.id, /^skein_address_[0-7][0-9a-z]{25}$/)
    assert.deepEqual(created.body, {
      id: created.body.id,
      address: kiosk,
      name: 'Kiosk',
      createdAt: new Date(await world.now()).toISOString(),
    })
    assert.deepEqual((await world.get(`${path}/${created.body.id}`)).body, created.body)
    assert.deepEqual((await world.get(path)).body, {
      meta: { key: 'ownedAddresses', pageSize: 1, nextToken: null, previousToken: null },
      ownedAddresses: [created.body],
    })
    assert.equal((await world.post(path, { address: 'KIOSK' })).body.name, null)
  }))

test('takes a number once, whatever channel it is written for', () =>
  inWorld({}, async (world) => {
    const { body: first } = await world.post(path, { address: kiosk })
    for (const again of [
      { address: kiosk, name: 'again' },
      { address: `whatsapp:${kiosk}` },
      { address: `rcs:${kiosk}` },
      { address: kiosk, channel: 'VOICE' },
    ]) {
      const { status, body, headers } = await world.post(path, again)
      assert.deepEqual([status, body.code, headers['x-conflicting-resource-id']], [409, 20409, first.id])
      assert.match(body.message, new RegExp(first.id))
    }
    const chat = await world.post(path, { address: kiosk, channel: 'CHAT' })
    assert.equal(chat.status, 201, 'an identity in a chat is no number')
    const stranger = await world.makeStranger()
    assert.equal((await stranger.post(path, { address: kiosk })).status, 201)
  }))

test('forgets an address, which may then be registered again', () =>
  inWorld({}, async (world) => {
    const { body } = await world.post(path, { address: kiosk })
    const removed = await world.delete(`${path}/${body.id}`)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    assert.equal((await world.get(`${path}/${body.id}`)).status, 404)
    assert.equal((await world.delete(`${path}/${body.id}`)).status, 404)
    const again = await world.post(path, { address: kiosk })
    assert.equal(again.status, 201)
    assert.notEqual(again.body.id, body.id)
  }))

test('makes every node look again after a change, and only then', () =>
  inWorld({}, async (world) => {
    const epochs = [await readEpoch(world.store.read, world.account)]
    const look = async () => epochs.push(await readEpoch(world.store.read, world.account))
    const { body } = await world.post(path, { address: kiosk })
    await look()
    await world.post(path, { address: kiosk })
    await look()
    await world.delete(`${path}/${body.id}`)
    await look()
    await world.delete(`${path}/${body.id}`)
    await look()
    const [start = 0] = epochs
    assert.deepEqual(
      epochs.map((epoch) => epoch - start),
      [0, 1, 1, 2, 2],
    )
  }))

test('refuses what is no address of a business, naming the field', () =>
  inWorld({}, async (world) => {
    for (const [body, code, field] of [
      [{}, 20001, 'address'],
      [{ address: 5 }, 20001, 'address'],
      [{ address: '' }, 20001, 'address'],
      [{ address: 'x'.repeat(255) }, 20001, 'address'],
      [{ address: '15550001111' }, 21614, 'address'],
      [{ address: '+1 555 000 1111' }, 21614, 'address'],
      [{ address: 'whatsapp:15550001111' }, 21614, 'address'],
      [{ address: 'whatsapp:DE.abc' }, 20001, 'address'],
      [{ address: kiosk, channel: 'FAX' }, 20001, 'channel'],
      [{ address: kiosk, name: 5 }, 20001, 'name'],
    ] as const) {
      const answer = await world.post(path, body)
      assert.deepEqual([answer.status, answer.body.code, answer.body.params.field], [400, code, field], answer.text)
    }
    assert.deepEqual((await world.get(path)).body.ownedAddresses, [])
  }))

test('registers no more addresses than the operator allows', () =>
  inWorld({ SKEIN_LIMIT_OWNED_ADDRESSES: '1' }, async (world) => {
    assert.equal((await world.post(path, { address: kiosk })).status, 201)
    const refused = await world.post(path, { address: '+15550002222' })
    assert.deepEqual([refused.status, refused.body.code], [400, 20001])
    assert.equal((await world.post(path, { address: kiosk })).status, 409, 'one that is known is still known')
  }))

test('lists the newest first, page by page in both directions', () =>
  inWorld({}, async (world) => {
    const made: string[] = []
    for (let n = 0; n < 3; n += 1) made.unshift((await world.post(path, { address: `+1555000111${n}` })).body.id)
    const first = (await world.get(`${path}?pageSize=2`)).body
    assert.deepEqual(idsOf(first), made.slice(0, 2))
    const second = (await world.get(`${path}?pageSize=2&pageToken=${first.meta.nextToken}`)).body
    assert.deepEqual([idsOf(second), second.meta.nextToken], [made.slice(2), null])
    const back = (await world.get(`${path}?pageSize=2&pageToken=${second.meta.previousToken}`)).body
    assert.deepEqual([idsOf(back), back.meta.previousToken], [made.slice(0, 2), null])
    assert.equal((await world.get(`${path}?pageSize=0`)).status, 400)
    assert.equal((await world.get(`${path}?pageToken=x`)).status, 400)
  }))

test('knows no malformed, unknown or foreign address', () =>
  inWorld({}, async (world) => {
    const { body } = await world.post(path, { address: kiosk })
    const stranger = await world.makeStranger()
    assert.deepEqual((await stranger.get(path)).body.ownedAddresses, [])
    for (const client of [stranger, world]) {
      const id = client === world ? 'skein_address_01kjpwd6m0emq8k9w39qsaekf4' : body.id
      assert.equal((await client.get(`${path}/${id}`)).status, 404)
      assert.equal((await client.delete(`${path}/${id}`)).status, 404)
    }
    assert.equal((await world.get(`${path}/x`)).status, 404)
  }))

function idsOf(body: { ownedAddresses: { id: string }[] }): string[] {
  return body.ownedAddresses.map(({ id }) => id)
}
