import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())
const missing = '01kq7v2m9c4d5e6f7g8h9j0k2n'

async function open() {
  const app = await MemoryApp.open(await World.open(store))
  return { app, profiles: `/v1/Stores/${await app.activeStore()}/Profiles` }
}

interface Refusal {
  why: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the profiles; `:id` is a profile with one phone. */
  path: string
  body?: unknown
  status: number
  code: number
  field?: string
}
const refusals: Refusal[] = [
  { why: 'no traits', method: 'POST', path: '', body: {}, status: 400, code: 520046, field: 'traits' },
  {
    why: 'no identifying trait',
    method: 'POST',
    path: '',
    body: { traits: { Contact: { city: 'Graz' } } },
    status: 400,
    code: 520046,
    field: 'traits',
  },
  {
    why: 'a group that is not declared',
    method: 'POST',
    path: '',
    body: { traits: { Loyalty: { tier: 'gold' } } },
    status: 400,
    code: 520046,
    field: 'traits.Loyalty',
  },
  {
    why: 'a group that is no object',
    method: 'PATCH',
    path: '/:id',
    body: { traits: { Contact: 'x' } },
    status: 400,
    code: 520046,
    field: 'traits.Contact',
  },
  {
    why: 'a telephone number that is none',
    method: 'POST',
    path: '',
    body: { traits: { Contact: { phone: '12' } } },
    status: 400,
    code: 520046,
    field: 'traits.Contact.phone',
  },
  { why: 'an unknown profile', method: 'GET', path: `/mem_profile_${missing}`, status: 404, code: 20404 },
  { why: 'a profile id of another kind', method: 'GET', path: `/mem_store_${missing}`, status: 404, code: 20404 },
  {
    why: 'a lookup by a type that the store does not have',
    method: 'POST',
    path: '/Lookup',
    body: { idType: 'user_id', value: '7' },
    status: 400,
    code: 520046,
    field: 'idType',
  },
  {
    why: 'a lookup with a surplus key',
    method: 'POST',
    path: '/Lookup',
    body: { idType: 'phone', value: '7', extra: 1 },
    status: 400,
    code: 520046,
    field: 'extra',
  },
  {
    why: 'an identifier that is too long',
    method: 'POST',
    path: '/:id/Identifiers',
    body: { idType: 'chat', value: 'x'.repeat(256) },
    status: 400,
    code: 520046,
    field: 'value',
  },
  {
    why: 'a replacement of another type than the path names',
    method: 'PATCH',
    path: '/:id/Identifiers/phone',
    body: { idType: 'email', oldValue: 'a', newValue: 'b' },
    status: 400,
    code: 520046,
    field: 'idType',
  },
  {
    why: 'a replacement of a value that is not there',
    method: 'PATCH',
    path: '/:id/Identifiers/phone',
    body: { idType: 'phone', oldValue: '+13125550149', newValue: '+13125550148' },
    status: 404,
    code: 520014,
  },
  {
    why: 'an identifier type that is not there',
    method: 'GET',
    path: '/:id/Identifiers/email',
    status: 404,
    code: 520014,
  },
  { why: 'a removal of nothing', method: 'DELETE', path: '/:id/Identifiers/email', status: 404, code: 520014 },
  {
    why: 'a removal of an unknown type',
    method: 'DELETE',
    path: '/:id/Identifiers/user_id',
    status: 400,
    code: 520046,
    field: 'idType',
  },
  {
    why: 'a removal that is neither one nor all',
    method: 'DELETE',
    path: '/:id/Identifiers/phone?removeAll=some',
    status: 400,
    code: 520046,
    field: 'removeAll',
  },
  {
    why: 'no profiles',
    method: 'PUT',
    path: '/Bulk',
    body: { profiles: [] },
    status: 400,
    code: 520046,
    field: 'profiles',
  },
]
for (const { why, method, path, body, status, code, field } of refusals) {
  test(`${method} ${path || '/'} refuses ${why} with ${status}, ${code}`, async () => {
    const { app, profiles } = await open()
    const { id } = (await app.send('POST', profiles, { traits: { Contact: { phone: '+13125550142' } } })).body
    const refused = await app.send(method, profiles + path.replace(':id', id), body)
    assert.deepEqual([refused.status, refused.body.code, refused.body.params.field], [status, code, field])
  })
}

test('profiles of a store that is not ACTIVE, or not there, are refused', async () => {
  const { app, profiles } = await open()
  await app.send('POST', '/v1/ControlPlane/Stores', { displayName: 'queued' })
  const [queued] = (await app.send('GET', '/v1/ControlPlane/Stores')).body.stores
  const inactive = await app.send('GET', `/v1/Stores/${queued}/Profiles`)
  assert.deepEqual([inactive.status, inactive.body.code], [400, 520042])
  const unknown = await app.send('GET', `/v1/Stores/mem_store_${missing}/Profiles`)
  assert.deepEqual([unknown.status, unknown.body.code], [404, 520041])
  assert.equal((await app.send('GET', profiles)).status, 200)
})
