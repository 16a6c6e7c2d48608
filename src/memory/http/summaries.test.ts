import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())

const conversationId = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0k5r'
const other = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0k6s'
const missing = 'mem_summary_01kq7v2m9c4d5e6f7g8h9j0k6s'
const dates = { occurredAt: null, createdAt: null, updatedAt: null }
const item = (content: string, more: object = {}) => ({
  content,
  conversationId,
  occurredAt: '2026-01-04T05:30:00Z',
  ...more,
})

async function open() {
  const app = await MemoryApp.open(await World.open(store))
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const create = async (phone: string) =>
    (await app.send('POST', profiles, { traits: { Contact: { phone } } })).body.id as string
  const id = await create('+13125550142')
  const path = `${profiles}/${id}/ConversationSummaries`
  const list = async (query = '') => (await app.send('GET', `${path}${query}`)).body
  const contents = async (query = '') => (await list(query)).summaries.map((one: { content: string }) => one.content)
  return { app, profiles, create, id, path, list, contents }
}

test('summaries are added and every field comes back, the source only where there is one', async () => {
  const { app, path, list } = await open()
  const summaries = [item('Moved the delivery.', { source: 'summary_operator' }), item('Asked for a refund.')]
  const added = await app.send('POST', path, { summaries })
  assert.deepEqual([added.status, added.body], [202, { message: 'The summaries were added.', ...dates }])
  const body = await list()
  assert.deepEqual(body.meta, { key: 'summaries', pageSize: 2, nextToken: null, previousToken: null })
  const [second, first] = body.summaries
  assert.match(first.id, /^mem_summary_[0-7][0-9a-z]{25}$/)
  assert.deepEqual(first, {
    id: first.id,
    content: 'Moved the delivery.',
    conversationId,
    occurredAt: '2026-01-04T05:30:00.000Z',
    source: 'summary_operator',
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
  })
  assert.ok(!('source' in second))
  assert.deepEqual((await app.send('GET', `${path}/${first.id}`)).body, first)
})

test('a list shows those of one conversation, and pages lead forwards and back', async () => {
  const { app, path, list, contents } = await open()
  const summaries = ['a', 'b', 'c'].map((content) => item(content))
  await app.send('POST', path, { summaries: [...summaries, item('x', { conversationId: other })] })
  assert.deepEqual(await contents(), ['x', 'c', 'b', 'a'])
  assert.deepEqual(await contents(`?conversationId=${other}`), ['x'])
  const first = await list(`?pageSize=2&conversationId=${conversationId}`)
  const next = `?pageSize=2&conversationId=${conversationId}&pageToken=${first.meta.nextToken}`
  const second = await list(next)
  assert.deepEqual(await contents(next), ['a'])
  assert.equal(second.meta.nextToken, null)
  const back = `?pageSize=2&conversationId=${conversationId}&pageToken=${second.meta.previousToken}`
  assert.deepEqual(await contents(back), ['c', 'b'])
})

test('a change stays, and a deletion too', async () => {
  const { app, path, list, contents } = await open()
  await app.send('POST', path, { summaries: [item('a')] })
  const [{ id }] = (await list()).summaries
  app.world.now += 1000
  const patch = { content: 'b', conversationId: other, source: 'agent', occurredAt: '2026-01-05T00:00:00Z' }
  const patched = await app.send('PATCH', `${path}/${id}`, patch)
  assert.deepEqual([patched.status, patched.body], [202, { message: 'The summary was changed.', ...dates }])
  assert.deepEqual((await app.send('GET', `${path}/${id}`)).body, {
    ...patch,
    id,
    occurredAt: '2026-01-05T00:00:00.000Z',
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:01.000Z',
  })
  await app.send('PATCH', `${path}/${id}`, { content: 'c' })
  assert.deepEqual(await contents(`?conversationId=${other}`), ['c'])
  assert.deepEqual((await app.send('DELETE', `${path}/${id}`)).body, { message: 'The summary was deleted.', ...dates })
  assert.deepEqual(await contents(), [])
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await app.send(method, `${path}/${id}`)
    assert.deepEqual([gone.status, gone.body.code], [404, 20404])
  }
})

test('a retired id reaches the summaries of the profile that took its place', async () => {
  const { app, profiles, create, id, path, list } = await open()
  const retired = await create('+13125550143')
  const old = `${profiles}/${retired}/ConversationSummaries`
  await app.send('POST', old, { summaries: [item('a')] })
  await app.send('POST', `${profiles}/${retired}/Identifiers`, { idType: 'phone', value: '+13125550142' })
  const [{ id: kept }] = (await list()).summaries
  for (const answer of [
    await app.send('GET', old),
    await app.send('GET', `${old}/${kept}`),
    await app.send('PATCH', `${old}/${kept}`, { content: 'b' }),
    await app.send('POST', old, { summaries: [item('c')] }),
    await app.send('DELETE', `${old}/${kept}`),
  ]) {
    assert.ok(answer.status < 300)
    assert.equal(answer.headers['canonical-profile-id'], id)
  }
  assert.equal((await app.send('GET', `${path}/${kept}`)).status, 404)
})

const refusals: [string, unknown, string][] = [
  ['no summaries', {}, 'summaries'],
  ['none', { summaries: [] }, 'summaries'],
  ['more than ten', { summaries: Array.from({ length: 11 }, () => item('a')) }, 'summaries'],
  ['an empty content', { summaries: [item('')] }, 'summaries[0].content'],
  ['a content that is too long', { summaries: [item('x'.repeat(4097))] }, 'summaries[0].content'],
  ['no conversation', { summaries: [{ ...item('a'), conversationId: undefined }] }, 'summaries[0].conversationId'],
  [
    'a conversation of another kind',
    { summaries: [item('a', { conversationId: missing })] },
    'summaries[0].conversationId',
  ],
  ['no time', { summaries: [{ ...item('a'), occurredAt: undefined }] }, 'summaries[0].occurredAt'],
  ['a leap second', { summaries: [item('a', { occurredAt: '2016-12-31T23:59:60Z' })] }, 'summaries[0].occurredAt'],
  ['a source with a colon', { summaries: [item('a', { source: 'a:b' })] }, 'summaries[0].source'],
]
test('what does not fit is refused with 520046 and the field', async () => {
  const { app, path, contents } = await open()
  for (const [why, body, field] of refusals) {
    const { status, body: refused } = await app.send('POST', path, body)
    assert.deepEqual([status, refused.code, refused.params.field], [400, 520046, field], why)
  }
  const empty = await app.send('PATCH', `${path}/${missing}`, {})
  assert.deepEqual([empty.status, empty.body.params.field], [400, 'body'])
  const unknown = await app.send('PATCH', `${path}/${missing}`, { content: 'b' })
  assert.deepEqual([unknown.status, unknown.body.code], [404, 20404])
  assert.equal((await app.send('GET', `${path}?conversationId=mine`)).body.params.field, 'conversationId')
  assert.deepEqual(await contents(), [])
})

test('a full profile gives up the oldest, or refuses when told to', async () => {
  const world = await World.open(store)
  const app = await MemoryApp.open(world, { memoryOverflow: 'refuse' })
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const { id } = (await app.send('POST', profiles, { traits: { Contact: { phone: '+13125550142' } } })).body
  const path = `${profiles}/${id}/ConversationSummaries`
  for (let n = 0; n < 50; n += 1) {
    await app.send('POST', path, { summaries: Array.from({ length: 10 }, (_, at) => item(`${n} ${at}`)) })
  }
  const refused = await app.send('POST', path, { summaries: [item('one too many')] })
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.params],
    [400, 520046, { field: 'summaries', limit: 500 }],
  )
  const evicting = await MemoryApp.open(world)
  assert.equal((await evicting.send('POST', path, { summaries: [item('one more')] })).status, 202)
  const { summaries } = (await app.send('GET', `${path}?pageSize=1000`)).body
  assert.deepEqual([summaries.length, summaries[0].content, summaries.at(-1).content], [500, 'one more', '0 1'])
})
