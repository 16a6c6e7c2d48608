import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())

async function open() {
  const app = await MemoryApp.open(await World.open(store))
  return { app, groups: `/v1/ControlPlane/Stores/${await app.activeStore()}/TraitGroups` }
}

const loyalty = { displayName: 'Loyalty', traits: { tier: { dataType: 'STRING' }, points: { dataType: 'NUMBER' } } }

test('a new group is answered by its operation, wrapped and with an ETag', async () => {
  const { app, groups } = await open()
  const operation = await app.complete('POST', groups, { ...loyalty, description: 'Points programme' })
  assert.deepEqual(operation.result, { type: 'RESOURCE_ID', id: 'Loyalty' })
  assert.equal(operation.resultUrl, `https://skein.example${groups}/Loyalty`)
  const { body, headers } = await app.send('GET', new URL(operation.resultUrl).pathname)
  assert.deepEqual(body, {
    traitGroup: { ...loyalty, description: 'Points programme', version: 1 },
    meta: { key: 'traits', pageSize: 2, nextToken: null, previousToken: null },
  })
  assert.match(headers.etag ?? '', /^"[A-Za-z0-9_-]+"$/)
})

test('groups are listed the newest first, with their traits if asked for, page by page', async () => {
  const { app, groups } = await open()
  await app.complete('POST', groups, loyalty)
  const all = (await app.send('GET', groups)).body
  assert.deepEqual(all.traitGroups, [
    { displayName: 'Loyalty', version: 1 },
    { displayName: 'Contact', version: 1 },
  ])
  const first = (await app.send('GET', `${groups}?pageSize=1&orderBy=ASC&includeTraits=true`)).body
  assert.equal(first.traitGroups[0].traits.email.idTypePromotion, 'email')
  const { body } = await app.send('GET', `${groups}?pageSize=1&orderBy=ASC&pageToken=${first.meta.nextToken}`)
  assert.deepEqual([body.traitGroups[0].displayName, body.meta.nextToken], ['Loyalty', null])
  const back = await app.send('GET', `${groups}?pageSize=1&orderBy=ASC&pageToken=${body.meta.previousToken}`)
  assert.equal(back.body.traitGroups[0].displayName, 'Contact')
})

test('the traits of one group are paged by name, or left out', async () => {
  const { app, groups } = await open()
  await app.complete('POST', groups, loyalty)
  const page = async (query: string) => (await app.send('GET', `${groups}/Loyalty?${query}`)).body
  const first = await page('pageSize=1')
  assert.deepEqual(Object.keys(first.traitGroup.traits), ['tier'])
  const second = await page(`pageSize=1&pageToken=${first.meta.nextToken}`)
  assert.deepEqual([Object.keys(second.traitGroup.traits), second.meta.nextToken], [['points'], null])
  assert.deepEqual((await page('includeTraits=false')).traitGroup, { displayName: 'Loyalty', version: 1 })
})

test('a change needs the present version when it names one', async () => {
  const { app, groups } = await open()
  await app.complete('POST', groups, loyalty)
  const { etag } = (await app.send('GET', `${groups}/Loyalty`)).headers
  await app.complete('PATCH', `${groups}/Loyalty`, { traits: { tier: { dataType: '' }, card: { dataType: 'STRING' } } })
  const late = await app.send('PATCH', `${groups}/Loyalty`, { description: 'x' }, { 'if-match': etag })
  assert.deepEqual([late.status, late.body.code], [412, 520043])
  assert.deepEqual((await app.send('GET', `${groups}/Loyalty`)).body.traitGroup, {
    displayName: 'Loyalty',
    traits: { points: { dataType: 'NUMBER' }, card: { dataType: 'STRING' } },
    version: 2,
  })
})

test('a deletion answers JSON, and then the group is not found', async () => {
  const { app, groups } = await open()
  await app.complete('POST', groups, loyalty)
  const operation = await app.complete('DELETE', `${groups}/Loyalty`)
  assert.deepEqual([operation.status, 'resultUrl' in operation], ['COMPLETED', false])
  const gone = await app.send('GET', `${groups}/Loyalty`)
  assert.deepEqual([gone.status, gone.body.code], [404, 520047])
})

test('null in a definition says what leaving out says', async () => {
  const { app, groups } = await open()
  const traits = { tier: { dataType: 'STRING', validationRule: null, idTypePromotion: null, description: null } }
  await app.complete('POST', groups, { displayName: 'Loyalty', traits })
  assert.deepEqual((await app.send('GET', `${groups}/Loyalty`)).body.traitGroup.traits, {
    tier: { dataType: 'STRING' },
  })
})

const refused: {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  code: number
  field?: string
}[] = [
  { method: 'POST', path: '', body: {}, code: 520046, field: 'displayName' },
  { method: 'POST', path: '', body: { displayName: 'a b' }, code: 520046, field: 'displayName' },
  { method: 'POST', path: '', body: { displayName: 'x'.repeat(65) }, code: 520046, field: 'displayName' },
  { method: 'POST', path: '', body: { displayName: 'A', traits: { a: {} } }, code: 520046, field: 'traits.a.dataType' },
  {
    method: 'POST',
    path: '',
    body: { displayName: 'A', traits: { a: { dataType: 'DATE' } } },
    code: 520046,
    field: 'traits.a.dataType',
  },
  {
    method: 'POST',
    path: '',
    body: { displayName: 'A', traits: { a: { dataType: '' } } },
    code: 520046,
    field: 'traits.a.dataType',
  },
  { method: 'POST', path: '', body: { displayName: 'Contact' }, code: 520055, field: 'displayName' },
  { method: 'PATCH', path: '/Contact', body: {}, code: 520046 },
  {
    method: 'PATCH',
    path: '/Contact',
    body: { traits: { phone: { dataType: '' } } },
    code: 520050,
    field: 'traits.phone',
  },
  { method: 'DELETE', path: '/Contact', code: 520050 },
  { method: 'PATCH', path: '/Nobody', body: { description: 'x' }, code: 520047 },
  { method: 'GET', path: '?includeTraits=perhaps', code: 520046, field: 'includeTraits' },
]
for (const { method, path, body, code, field } of refused) {
  test(`${method} ${path} with ${JSON.stringify(body)?.slice(0, 60)} is refused with ${code}`, async () => {
    const { app, groups } = await open()
    const answer = await app.send(method, groups + path, body)
    assert.deepEqual([answer.body.code, answer.body.params?.field], [code, field])
  })
}
