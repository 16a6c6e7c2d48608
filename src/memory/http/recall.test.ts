import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import type { RecalledCommunication } from '../communications.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())

const bare = '01kq7v2m9c4d5e6f7g8h9j0k5r'
const conversationId = `conv_conversation_${bare}`
const participant = {
  participantId: bare,
  name: 'Ines',
  type: 'CUSTOMER',
  profileId: bare,
  address: '+13125550142',
  channel: 'SMS',
}
const said = (text: string, createdAt: number): RecalledCommunication => ({
  id: bare,
  channelId: null,
  text,
  createdAt,
  updatedAt: createdAt,
  author: participant,
  recipients: [{ ...participant, type: null, profileId: null, deliveryStatus: null }],
})

async function open() {
  const app = await MemoryApp.open(await World.open(store))
  const profiles = `/v1/Stores/${await app.activeStore()}/Profiles`
  const create = async (phone: string) =>
    (await app.send('POST', profiles, { traits: { Contact: { phone } } })).body.id as string
  const id = await create('+13125550142')
  const observe = (content: string, day = 1, profile = id) =>
    app.send('POST', `${profiles}/${profile}/Observations`, {
      content,
      source: 'test',
      occurredAt: `2026-01-0${day}T12:00:00Z`,
    })
  const summarise = (content: string, day = 1) =>
    app.send('POST', `${profiles}/${id}/ConversationSummaries`, {
      summaries: [{ content, conversationId, occurredAt: `2026-01-0${day}T12:00:00Z` }],
    })
  const recall = async (body: object = {}, profile = id) => app.send('POST', `${profiles}/${profile}/Recall`, body)
  const contents = async (body: object = {}, profile = id) =>
    (await recall(body, profile)).body.observations.map((one: { content: string }) => one.content)
  return { app, profiles, create, id, observe, summarise, recall, contents }
}

test('without a query the most recent come first, without scores, five summaries and twenty observations', async () => {
  const { observe, summarise, recall } = await open()
  for (let n = 0; n < 21; n += 1) await observe(`o${n}`, (n % 9) + 1)
  for (let n = 0; n < 6; n += 1) await summarise(`s${n}`, n + 1)
  const { status, body } = await recall()
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body).sort(), ['communications', 'meta', 'observations', 'summaries'])
  assert.deepEqual([body.observations.length, body.communications], [20, []])
  assert.deepEqual(
    body.summaries.map((one: { content: string }) => one.content),
    ['s5', 's4', 's3', 's2', 's1'],
  )
  assert.equal(body.observations[0].content, 'o17')
  assert.ok(body.observations.every((one: object) => !('score' in one)))
  assert.ok(Number.isInteger(body.meta.queryTime) && body.meta.queryTime >= 0)
})

test('a query brings what answers it first, with every field and a score', async () => {
  const { observe, summarise, recall } = await open()
  await observe('Has two cats.')
  await observe('Prefers deliveries after 18:00.')
  await summarise('The delivery was moved to the evening.')
  const { body } = await recall({ query: 'When should we deliver?' })
  const [best, other] = body.observations
  assert.equal(best.content, 'Prefers deliveries after 18:00.')
  assert.ok(best.score > 0)
  assert.equal(other.score, 0)
  assert.deepEqual(Object.keys(best).sort(), [
    'content',
    'conversationIds',
    'createdAt',
    'id',
    'occurredAt',
    'score',
    'source',
    'updatedAt',
  ])
  assert.equal(body.summaries[0].score, 1)
})

test('what changes is found as it is now', async () => {
  const { app, profiles, id, observe, contents } = await open()
  const made = (await observe('Likes tea.')).body
  await observe('Has a dog.')
  assert.equal((await contents({ query: 'tea' }))[0], 'Likes tea.')
  await app.send('PATCH', `${profiles}/${id}/Observations/${made.id}`, { content: 'Likes coffee.' })
  assert.equal((await contents({ query: 'coffee' }))[0], 'Likes coffee.')
  await app.send('DELETE', `${profiles}/${id}/Observations/${made.id}`)
  assert.deepEqual(await contents({ query: 'coffee' }), ['Has a dog.'])
})

test('dates, the threshold and limits leave out', async () => {
  const { observe, contents } = await open()
  await observe('delivery one', 1)
  await observe('delivery two', 2)
  await observe('a cat', 3)
  const query = 'delivery'
  assert.deepEqual(await contents({ query, relevanceThreshold: 0.5 }), ['delivery two', 'delivery one'])
  assert.deepEqual(await contents({ query, observationsLimit: 1 }), ['delivery two'])
  assert.deepEqual(await contents({ query, observationsLimit: 0 }), [])
  assert.deepEqual(await contents({ beginDate: '2026-01-02T12:00:00Z' }), ['a cat', 'delivery two'])
  assert.deepEqual(await contents({ endDate: '2026-01-02T12:00:00Z' }), ['delivery one'])
  assert.deepEqual(await contents({ relevanceThreshold: 1 }), ['a cat', 'delivery two', 'delivery one'])
})

test('without a query the conversation tells what matters, and its last words are shown, the earliest first', async () => {
  const { app, observe, recall } = await open()
  await observe('Prefers deliveries after 18:00.', 1)
  await observe('Has two cats.', 2)
  app.communications.set(bare, [said('Hello', 1000), said('When is my delivery?', 2000)])
  const { body } = await recall({ conversationId, communicationsLimit: 1 })
  assert.equal(body.observations[0].content, 'Prefers deliveries after 18:00.')
  assert.equal(body.observations[0].score, 1)
  assert.deepEqual(body.communications, [
    {
      id: `conv_communication_${bare}`,
      content: { text: 'When is my delivery?' },
      createdAt: '1970-01-01T00:00:02.000Z',
      updatedAt: '1970-01-01T00:00:02.000Z',
      author: {
        id: `conv_participant_${bare}`,
        name: 'Ines',
        type: 'CUSTOMER',
        profileId: `mem_profile_${bare}`,
        address: '+13125550142',
        channel: 'SMS',
      },
      recipients: [{ id: `conv_participant_${bare}`, name: 'Ines', address: '+13125550142', channel: 'SMS' }],
    },
  ])
  const both = (await recall({ conversationId, communicationsLimit: 5 })).body.communications
  assert.deepEqual(
    both.map((one: { content: object }) => one.content),
    [{ text: 'Hello' }, { text: 'When is my delivery?' }],
  )
  const within = await recall({ conversationId, communicationsLimit: 5, endDate: '1970-01-01T00:00:02Z' })
  assert.equal(within.body.communications.length, 1)
  assert.deepEqual((await recall({ conversationId })).body.communications, [])
})

test('an unknown conversation, and one that says nothing, lead to what is most recent', async () => {
  const { app, observe, recall } = await open()
  await observe('one', 1)
  await observe('two', 2)
  for (const text of [undefined, 'is it?']) {
    if (text !== undefined) app.communications.set(bare, [said(text, 1000)])
    const { body } = await recall({ conversationId, communicationsLimit: 5, query: '' })
    assert.deepEqual(
      body.observations.map((one: object) => Object.values(one)[1]),
      ['two', 'one'],
    )
    assert.ok(!('score' in body.observations[0]))
  }
})

test('only the profile itself is searched, and a retired id leads to the one that took its place', async () => {
  const { app, profiles, create, id, observe, contents, recall } = await open()
  const other = await create('+13125550143')
  await observe('Mine.', 1)
  await observe('Theirs.', 2, other)
  assert.deepEqual(await contents({ query: 'theirs' }), ['Mine.'])
  await app.send('POST', `${profiles}/${other}/Identifiers`, { idType: 'phone', value: '+13125550142' })
  assert.deepEqual(await contents({ query: 'theirs' }, other), ['Theirs.', 'Mine.'])
  assert.equal((await recall({}, other)).headers['canonical-profile-id'], id)
})

test('a body may be compressed, and be empty', async () => {
  const { app, profiles, id, observe } = await open()
  await observe('one')
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const path = `${profiles}/${id}/Recall`
  const answer = await app.send('POST', path, gzipSync(JSON.stringify({ query: 'one' })), headers)
  assert.equal(answer.body.observations[0].score, 1)
  assert.equal((await app.send('POST', path, {})).status, 200)
})

test('what makes no sense is refused with the field, and an unknown profile is not found', async () => {
  const { app, profiles, recall } = await open()
  for (const [body, field] of [
    [{ query: 'x'.repeat(1025) }, 'query'],
    [{ conversationId: 'mine' }, 'conversationId'],
    [{ observationsLimit: 101 }, 'observationsLimit'],
    [{ summariesLimit: -1 }, 'summariesLimit'],
    [{ communicationsLimit: 1.5 }, 'communicationsLimit'],
    [{ relevanceThreshold: 1.1 }, 'relevanceThreshold'],
    [{ beginDate: 'noon' }, 'beginDate'],
    [{ endDate: '2016-12-31T23:59:60Z' }, 'endDate'],
  ] as const) {
    const { status, body: refused } = await recall(body)
    assert.deepEqual([status, refused.code, refused.params.field], [400, 520046, field])
  }
  const unknown = await app.send('POST', `${profiles}/mem_profile_${bare}/Recall`, {})
  assert.deepEqual([unknown.status, unknown.body.code], [404, 20404])
})
