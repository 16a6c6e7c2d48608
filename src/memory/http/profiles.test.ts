import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())
const missing = '01kq7v2m9c4d5e6f7g8h9j0k2n'

/** An app with one ACTIVE store, and the path of that store's profiles. */
async function open(memoryRedirects: 'follow' | 'strict' = 'follow') {
  const app = await MemoryApp.open(await World.open(store), { memoryRedirects })
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const create = async (contact: object) =>
    (await app.send('POST', profiles, { traits: { Contact: contact } })).body.id as string
  return { app, profiles, create }
}

test('creating a profile answers 202 with its final id', async () => {
  const { app, profiles } = await open()
  const body = { traits: { Contact: { phone: '+13125550142', firstName: 'Ines' } } }
  const created = await app.send('POST', profiles, body)
  assert.equal(created.status, 202)
  assert.deepEqual(Object.keys(created.body), ['id', 'message'])
  const again = await app.send('POST', `${profiles}/`, body)
  assert.equal(again.body.id, created.body.id)
  assert.deepEqual((await app.send('GET', `${profiles}/${created.body.id}`)).body, {
    id: created.body.id,
    createdAt: '2026-01-05T09:00:00.000Z',
    ...body,
  })
})

test('only the trait groups asked for are answered', async () => {
  const { app, profiles, create } = await open()
  const id = await create({ phone: '+13125550142' })
  const traitsOf = async (query: string) => (await app.send('GET', `${profiles}/${id}?${query}`)).body.traits
  assert.deepEqual(await traitsOf('traitGroups=Loyalty,Contact'), { Contact: { phone: '+13125550142' } })
  assert.deepEqual(await traitsOf('traitGroups=Loyalty&traitGroups=Contact'), { Contact: { phone: '+13125550142' } })
  assert.deepEqual(await traitsOf('traitGroups=Loyalty'), {})
})

test('profiles are listed as plain ids without retired ones, newest first, page by page', async () => {
  const { app, profiles, create } = await open()
  const a = await create({ phone: '+13125550141' })
  const b = await create({ phone: '+13125550142' })
  const c = await create({ phone: '+13125550143' })
  await create({ phone: '+13125550142', chat: 'same' })
  await create({ phone: '+13125550143', chat: 'same' })
  const list = await app.send('GET', profiles)
  assert.deepEqual(list.body, {
    profiles: [b, a],
    meta: { key: 'profiles', pageSize: 2, nextToken: null, previousToken: null },
  })
  const first = (await app.send('GET', `${profiles}?pageSize=1`)).body
  const second = (await app.send('GET', `${profiles}?pageSize=1&pageToken=${first.meta.nextToken}`)).body
  assert.deepEqual([first.profiles, second.profiles], [[b], [a]])
  assert.equal((await app.send('GET', `${profiles}/${c}`)).body.id, b)
})

test('traits are added, overwritten and removed', async () => {
  const { app, profiles, create } = await open()
  const id = await create({ phone: '+13125550142', city: 'Graz' })
  const patched = await app.send('PATCH', `${profiles}/${id}`, { traits: { Contact: { city: null, country: 'AT' } } })
  assert.deepEqual([patched.status, Object.keys(patched.body)], [202, ['message']])
  const { body } = await app.send('GET', `${profiles}/${id}`)
  assert.deepEqual(body.traits, { Contact: { phone: '+13125550142', country: 'AT' } })
})

test('a deletion answers JSON and leaves nothing', async () => {
  const { app, profiles, create } = await open()
  const id = await create({ phone: '+13125550142' })
  const deleted = await app.send('DELETE', `${profiles}/${id}`)
  assert.deepEqual([deleted.status, Object.keys(deleted.body)], [202, ['message']])
  const gone = await app.send('DELETE', `${profiles}/${id}`)
  assert.deepEqual([gone.status, gone.body.code], [404, 20404])
})

test('a lookup answers the compared value and the profiles, none as an empty list', async () => {
  const { app, profiles, create } = await open()
  const id = await create({ phone: '+13125550142', whatsapp: 'whatsapp:+13125550143' })
  const cases: { idType: string; value: string; answer: unknown }[] = [
    {
      idType: 'phone',
      value: '(312) 555-0142',
      answer: { normalizedValue: '+13125550142', profiles: [id] },
    },
    { idType: 'whatsappid', value: '+13125550143', answer: { normalizedValue: '+13125550143', profiles: [id] } },
    { idType: 'email', value: 'No@Body', answer: { normalizedValue: 'no@body', profiles: [] } },
    { idType: 'phone', value: 'client', answer: { normalizedValue: 'client', profiles: [] } },
  ]
  for (const { idType, value, answer } of cases) {
    const found = await app.send('POST', `${profiles}/Lookup`, { idType, value })
    assert.deepEqual([found.status, found.body], [200, answer])
  }
})

test('identifiers are added, listed, fetched, replaced and removed', async () => {
  const { app, profiles, create } = await open()
  const id = await create({ phone: '+13125550142' })
  const path = `${profiles}/${id}/Identifiers`
  assert.equal((await app.send('POST', path, { idType: 'phone', value: '312 555 0143' })).status, 202)
  assert.equal((await app.send('POST', path, { idType: 'whatsappid', value: '+13125550142' })).status, 202)
  assert.deepEqual((await app.send('GET', path)).body, {
    identifiers: [
      { idType: 'phone', values: ['+13125550142', '+13125550143'] },
      { idType: 'whatsapp', values: ['+13125550142'] },
    ],
  })
  const replaced = await app.send('PATCH', `${path}/phone`, {
    idType: 'phone',
    oldValue: '+13125550142',
    newValue: '+13125550149',
  })
  assert.equal(replaced.status, 202)
  assert.deepEqual((await app.send('GET', `${path}/phone`)).body, {
    idType: 'phone',
    values: ['+13125550143', '+13125550149'],
  })
  assert.equal((await app.send('DELETE', `${path}/phone`)).status, 202)
  assert.deepEqual((await app.send('GET', `${path}/phone`)).body.values, ['+13125550149'])
  assert.equal((await app.send('DELETE', `${path}/phone?removeAll=true`)).status, 202)
  assert.equal((await app.send('GET', `${path}/phone`)).body.code, 520014)
})

test('a retired id is answered by the profile that took its place, which every answer names', async () => {
  const { app, profiles, create } = await open()
  const kept = await create({ phone: '+13125550142' })
  const retired = await create({ email: 'ines@example.com' })
  const merged = await app.send('POST', `${profiles}/${retired}/Identifiers`, {
    idType: 'phone',
    value: '+13125550142',
  })
  assert.equal(merged.headers['canonical-profile-id'], kept)
  const of = `${profiles}/${retired}`
  const answers = [
    await app.send('GET', of),
    await app.send('GET', `${of}/Identifiers`),
    await app.send('GET', `${of}/Identifiers/phone`),
    await app.send('PATCH', of, { traits: { Contact: { city: 'Graz' } } }),
    await app.send('PATCH', `${of}/Identifiers/email`, {
      idType: 'email',
      oldValue: 'ines@example.com',
      newValue: 'i@example.com',
    }),
    await app.send('DELETE', `${of}/Identifiers/email`),
    await app.send('DELETE', of),
  ]
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers['canonical-profile-id']]),
    [200, 200, 200, 202, 202, 202, 202].map((status) => [status, kept]),
  )
  assert.equal(answers[0]?.body.id, kept)
})

test('an id that stands for itself has no canonical header', async () => {
  const { app, profiles, create } = await open()
  const { headers } = await app.send('GET', `${profiles}/${await create({ phone: '+13125550142' })}`)
  assert.equal(headers['canonical-profile-id'], undefined)
})

test('with strict redirects a retired id is sent to the same resource of the profile that took its place', async () => {
  const { app, profiles, create } = await open('strict')
  const kept = await create({ phone: '+13125550142' })
  const retired = await create({ email: 'ines@example.com' })
  await create({ phone: '+13125550142', email: 'ines@example.com' })
  const uri = `https://skein.example${profiles}/${kept}/Identifiers/phone?x=1`
  const read = await app.send('GET', `${profiles}/${retired}/Identifiers/phone?x=1`)
  assert.deepEqual([read.status, read.headers.location, read.headers['canonical-profile-id']], [301, uri, kept])
  assert.deepEqual(Object.keys(read.body), ['message', 'uri'])
  assert.equal(read.body.uri, uri)
  const write = await app.send('DELETE', `${profiles}/${retired}`)
  assert.deepEqual([write.status, write.body.uri], [308, `https://skein.example${profiles}/${kept}`])
  assert.equal((await app.send('GET', `${profiles}/${kept}`)).status, 200)
  assert.equal((await app.send('GET', `${profiles}/mem_profile_${missing}`)).status, 404)
  assert.equal((await app.send('GET', `${profiles}/nonsense`)).status, 404)
})
