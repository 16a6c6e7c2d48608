import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())

const conversation = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0k5r'
const other = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0k6s'
const missing = 'mem_observation_01kq7v2m9c4d5e6f7g8h9j0k6s'
const dates = { occurredAt: null, createdAt: null, updatedAt: null }
const item = (content: string, more: object = {}) => ({
  content,
  occurredAt: '2026-01-04T05:00:00Z',
  source: 'crm-export',
  ...more,
})

async function open() {
  const app = await MemoryApp.open(await World.open(store))
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const create = async (phone: string) =>
    (await app.send('POST', profiles, { traits: { Contact: { phone } } })).body.id as string
  const id = await create('+13125550142')
  const path = `${profiles}/${id}/Observations`
  const contents = async (query = '') =>
    (await app.send('GET', `${path}${query}`)).body.observations.map((one: { content: string }) => one.content)
  return { app, profiles, create, id, path, contents }
}

test('a batch is added and every field comes back', async () => {
  const { app, path } = await open()
  const added = await app.send('POST', path, {
    observations: [item('Prefers deliveries after 18:00.', { conversationIds: [conversation, other] })],
  })
  assert.deepEqual([added.status, added.body], [202, { message: 'The observation was added.', ...dates }])
  const { observations, meta } = (await app.send('GET', path)).body
  assert.match(observations[0].id, /^mem_observation_[0-7][0-9a-z]{25}$/)
  const { id } = observations[0]
  const whole = {
    id,
    content: 'Prefers deliveries after 18:00.',
    source: 'crm-export',
    conversationIds: [conversation, other],
    occurredAt: '2026-01-04T05:00:00.000Z',
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
  }
  assert.deepEqual(observations, [whole])
  assert.deepEqual(meta, { key: 'observations', pageSize: 1, nextToken: null, previousToken: null })
  assert.deepEqual((await app.send('GET', `${path}/${id}`)).body, whole)
})

test('one observation by itself is taken too and answered with what was made of it', async () => {
  const { app, path, contents } = await open()
  const body = { content: 'Vegan.', source: 'conversation-intelligence', conversationIds: [conversation] }
  const added = await app.send('POST', path, body)
  assert.equal(added.status, 202)
  assert.partialDeepStrictEqual(added.body, { ...body, occurredAt: '2026-01-05T09:00:00.000Z' })
  assert.match(added.body.id, /^mem_observation_/)
  assert.deepEqual(await contents(), ['Vegan.'])
})

test('a body may be compressed', async () => {
  const { app, path, contents } = await open()
  const payload = gzipSync(JSON.stringify({ observations: [item('Small.')] }))
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  assert.equal((await app.send('POST', path, payload, headers)).status, 202)
  assert.deepEqual(await contents(), ['Small.'])
})

test('a list is filtered by source, conversation and time, and ordered both ways', async () => {
  const { app, path, contents } = await open()
  await app.send('POST', path, {
    observations: [item('a'), item('b', { source: 'notes', conversationIds: [other, conversation] })],
  })
  app.world.now += 60_000
  await app.send('POST', path, { observations: [item('c', { conversationIds: [other] })] })
  assert.deepEqual(await contents(), ['c', 'b', 'a'])
  assert.deepEqual(await contents('?orderBy=ASC'), ['a', 'b', 'c'])
  assert.deepEqual(await contents('?source=notes'), ['b'])
  assert.deepEqual(await contents('?source=note'), [])
  assert.deepEqual(await contents(`?conversationId=${conversation}`), ['b'])
  assert.deepEqual(await contents(`?conversationId=${other}&Source=crm-export`), ['c'])
  assert.deepEqual(await contents('?createdAfter=2026-01-05T09:01:00Z'), ['c'])
  assert.deepEqual(await contents('?createdBefore=2026-01-05T09:01:00Z'), ['b', 'a'])
  assert.deepEqual(await contents('?createdAfter=2026-01-05T09:00:00Z&createdBefore=2026-01-05T09:00:01Z'), ['b', 'a'])
})

test('pages lead forwards and back, filters sent again', async () => {
  const { app, path } = await open()
  await app.send('POST', path, { observations: ['a', 'b', 'c', 'd', 'e'].map((content) => item(content)) })
  await app.send('POST', path, { observations: [item('x', { source: 'notes' })] })
  const page = async (token?: string) =>
    (await app.send('GET', `${path}?pageSize=2&source=crm-export${token ? `&pageToken=${token}` : ''}`)).body
  const contents = (body: { observations: { content: string }[] }) => body.observations.map(({ content }) => content)
  const first = await page()
  const second = await page(first.meta.nextToken)
  const third = await page(second.meta.nextToken)
  assert.deepEqual([first, second, third].map(contents), [['e', 'd'], ['c', 'b'], ['a']])
  assert.equal(third.meta.nextToken, null)
  const back = await page(third.meta.previousToken)
  assert.deepEqual(contents(back), ['c', 'b'])
  assert.deepEqual(contents(await page(back.meta.previousToken)), ['e', 'd'])
  const foreign = await app.send('GET', `${path}?orderBy=ASC&pageToken=${first.meta.nextToken}`)
  assert.deepEqual([foreign.status, foreign.body.params.field], [400, 'pageToken'])
})

test('a change keeps what was said before, and revisions list all of it, the present first', async () => {
  const { app, path } = await open()
  const { id } = (await app.send('POST', path, item('Likes fish.', { conversationIds: [conversation] }))).body
  app.world.now += 1000
  assert.deepEqual((await app.send('PATCH', `${path}/${id}`, { content: 'Likes no fish.' })).body, {
    message: 'The observation was changed.',
    ...dates,
  })
  app.world.now += 1000
  await app.send('PATCH', `${path}/${id}`, { source: 'agent', conversationIds: [], occurredAt: '2026-01-05T00:00:00Z' })
  const changed = (await app.send('GET', `${path}/${id}`)).body
  const { revisions, meta } = (await app.send('GET', `${path}/${id}/Revisions`)).body
  assert.equal(meta.key, 'revisions')
  assert.deepEqual(revisions[0], changed)
  const fixed = { id, createdAt: '2026-01-05T09:00:00.000Z' }
  assert.deepEqual(revisions, [
    {
      ...fixed,
      content: 'Likes no fish.',
      source: 'agent',
      conversationIds: [],
      occurredAt: '2026-01-05T00:00:00.000Z',
      updatedAt: '2026-01-05T09:00:02.000Z',
    },
    {
      ...fixed,
      content: 'Likes no fish.',
      source: 'crm-export',
      conversationIds: [conversation],
      occurredAt: '2026-01-04T05:00:00.000Z',
      updatedAt: '2026-01-05T09:00:01.000Z',
    },
    {
      ...fixed,
      content: 'Likes fish.',
      source: 'crm-export',
      conversationIds: [conversation],
      occurredAt: '2026-01-04T05:00:00.000Z',
      updatedAt: '2026-01-05T09:00:00.000Z',
    },
  ])
})

test('revisions are paged forwards and back', async () => {
  const { app, path } = await open()
  const { id } = (await app.send('POST', path, item('1'))).body
  for (const content of ['2', '3', '4', '5']) await app.send('PATCH', `${path}/${id}`, { content })
  const page = async (token?: string) =>
    (await app.send('GET', `${path}/${id}/Revisions?pageSize=2${token ? `&pageToken=${token}` : ''}`)).body
  const contents = (body: { revisions: { content: string }[] }) => body.revisions.map(({ content }) => content)
  const first = await page()
  const second = await page(first.meta.nextToken)
  const third = await page(second.meta.nextToken)
  assert.deepEqual([first, second, third].map(contents), [['5', '4'], ['3', '2'], ['1']])
  assert.equal(third.meta.nextToken, null)
  const back = await page(third.meta.previousToken)
  assert.deepEqual(contents(back), ['3', '2'])
  const start = await page(back.meta.previousToken)
  assert.deepEqual([contents(start), start.meta.previousToken], [['5', '4'], null])
})

test('a deleted observation is gone with its revisions, and a second deletion finds nothing', async () => {
  const { app, path, contents } = await open()
  const { id } = (await app.send('POST', path, item('Wrong.'))).body
  await app.send('PATCH', `${path}/${id}`, { content: 'Still wrong.' })
  assert.deepEqual((await app.send('DELETE', `${path}/${id}`)).body, {
    message: 'The observation was deleted.',
    ...dates,
  })
  assert.deepEqual(await contents(), [])
  for (const [method, url] of [
    ['DELETE', `${path}/${id}`],
    ['GET', `${path}/${id}`],
    ['GET', `${path}/${id}/Revisions`],
  ] as const) {
    const gone = await app.send(method, url)
    assert.deepEqual([gone.status, gone.body.code], [404, 20404], url)
  }
})

test('a retired id reaches the observations of the profile that took its place', async () => {
  const { app, profiles, create, id, path } = await open()
  const retired = await create('+13125550143')
  const { id: kept } = (await app.send('POST', `${profiles}/${retired}/Observations`, item('Of both.'))).body
  await app.send('POST', `${profiles}/${retired}/Identifiers`, { idType: 'phone', value: '+13125550142' })
  const old = `${profiles}/${retired}/Observations`
  for (const answer of [
    await app.send('GET', old),
    await app.send('GET', `${old}/${kept}`),
    await app.send('GET', `${old}/${kept}/Revisions`),
    await app.send('PATCH', `${old}/${kept}`, { content: 'Of one.' }),
    await app.send('POST', old, item('More.')),
    await app.send('DELETE', `${old}/${kept}`),
  ]) {
    assert.ok(answer.status < 300)
    assert.equal(answer.headers['canonical-profile-id'], id)
  }
  const { observations } = (await app.send('GET', path)).body
  assert.deepEqual(
    observations.map((one: { content: string }) => one.content),
    ['More.'],
  )
})

test('an observation belongs to one profile: through another it is not found', async () => {
  const { app, profiles, create, path } = await open()
  const { id } = (await app.send('POST', path, item('Private.'))).body
  const stranger = `${profiles}/${await create('+13125550149')}/Observations/${id}`
  for (const method of ['GET', 'DELETE'] as const) assert.equal((await app.send(method, stranger)).status, 404)
  assert.equal((await app.send('PATCH', stranger, { content: 'x' })).status, 404)
})

const long = 'x'.repeat(4097)
const refusals: [string, unknown, string][] = [
  ['no body', {}, 'observations'],
  ['an empty batch', { observations: [] }, 'observations'],
  ['more than ten', { observations: Array.from({ length: 11 }, () => item('a')) }, 'observations'],
  ['a key beside the batch', { observations: [item('a')], note: 1 }, 'note'],
  ['a field beside the batch', { observations: [item('a')], source: 'x' }, 'source'],
  ['an item without content', { observations: [{ ...item('a'), content: undefined }] }, 'observations[0].content'],
  ['an empty content', { observations: [item('')] }, 'observations[0].content'],
  ['a content that is too long', { observations: [item(long)] }, 'observations[0].content'],
  ['an item without time', { observations: [{ content: 'a', source: 'b' }] }, 'observations[0].occurredAt'],
  ['a time that is none', { observations: [item('a', { occurredAt: 'noon' })] }, 'observations[0].occurredAt'],
  [
    'a leap second',
    { observations: [item('a', { occurredAt: '2016-12-31T23:59:60Z' })] },
    'observations[0].occurredAt',
  ],
  ['a source with a colon', { observations: [item('a', { source: 'a:b' })] }, 'observations[0].source'],
  ['a source that is too long', { observations: [item('a', { source: 'a'.repeat(101) })] }, 'observations[0].source'],
  [
    'an id of something else',
    { observations: [item('a', { conversationIds: [missing] })] },
    'observations[0].conversationIds[0]',
  ],
  [
    'too many conversations',
    { observations: [item('a', { conversationIds: Array.from({ length: 11 }, () => conversation) })] },
    'observations[0].conversationIds',
  ],
  ['a lone one without source', { content: 'a' }, 'source'],
  ['a lone one without content', { source: 'a' }, 'content'],
]
test('what does not fit is refused with 520046 and the field', async () => {
  const { app, path, contents } = await open()
  for (const [why, body, field] of refusals) {
    const { status, body: refused } = await app.send('POST', path, body)
    assert.deepEqual([status, refused.code, refused.params.field], [400, 520046, field], why)
  }
  assert.deepEqual(await contents(), [])
})

test('a patch must change something that there is, within its limits', async () => {
  const { app, path } = await open()
  const { id } = (await app.send('POST', path, item('a'))).body
  for (const [body, field] of [
    [{}, 'body'],
    [{ note: 1 }, 'body'],
    [{ content: '' }, 'content'],
    [{ occurredAt: null }, 'occurredAt'],
    [{ occurredAt: '2016-12-31T23:59:60Z' }, 'occurredAt'],
  ] as const) {
    const { status, body: refused } = await app.send('PATCH', `${path}/${id}`, body)
    assert.deepEqual([status, refused.code, refused.params.field], [400, 520046, field])
  }
  const unknown = await app.send('PATCH', `${path}/${missing}`, { content: 'b' })
  assert.deepEqual([unknown.status, unknown.body.code], [404, 20404])
})

test('queries that make no sense are refused, and profiles that are not there', async () => {
  const { app, profiles, path } = await open()
  for (const [query, field] of [
    ['source=a:b', 'source'],
    ['conversationId=mine', 'conversationId'],
    ['createdAfter=yesterday', 'createdAfter'],
    ['createdBefore=2016-12-31T23:59:60Z', 'createdBefore'],
    ['orderBy=UP', 'orderBy'],
    ['pageSize=0', 'pageSize'],
  ]) {
    const { status, body } = await app.send('GET', `${path}?${query}`)
    assert.deepEqual([status, body.code, body.params.field], [400, 520046, field])
  }
  const gone = `${profiles}/mem_profile_01kq7v2m9c4d5e6f7g8h9j0k4q/Observations`
  for (const answer of [await app.send('GET', gone), await app.send('POST', gone, item('a'))]) {
    assert.deepEqual([answer.status, answer.body.code], [404, 20404])
  }
})

test('strict redirects send readers and writers of a retired id on', async () => {
  const world = await World.open(store)
  const app = await MemoryApp.open(world, { memoryRedirects: 'strict' })
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const create = async (contact: object) => (await app.send('POST', profiles, { traits: { Contact: contact } })).body.id
  const first = await create({ phone: '+13125550142' })
  const second = await create({ email: 'ines@example.com' })
  await app.send('POST', profiles, { traits: { Contact: { phone: '+13125550142', email: 'ines@example.com' } } })
  const old = `${profiles}/${second}/Observations`
  const read = await app.send('GET', old)
  assert.deepEqual([read.status, read.headers['canonical-profile-id']], [301, first])
  assert.equal((await app.send('POST', old, item('a'))).status, 308)
})
