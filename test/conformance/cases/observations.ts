import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { memoryAcceptance, observation } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { advance, newNumber, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/{profileId}/Observations'
const conversationId = 'conv_conversation_01h455vb4pex5vsknk084sn02q'
const otherConversationId = 'conv_conversation_01h455vb4pex5vsknk084sn02r'
const unknown = 'mem_observation_01h455vb4pex5vsknk084sn02q'
const unknownProfile = 'mem_profile_01h455vb4pex5vsknk084sn02q'
const occurredAt = new Date('2026-01-04T05:00:00Z')

/** A new profile and the client's way to its observations. */
async function profile(session: Session) {
  const { v1 } = session.client.memory
  const storeId = await sharedStore(session)
  const phone = newNumber()
  const { id } = await v1.profiles(storeId).create({ traits: { Contact: { phone } } })
  const observe = (content: string, more: object = {}) =>
    v1.observations(storeId, String(id)).create({ observations: [{ content, occurredAt, source: 'test', ...more }] })
  return { v1, storeId, phone, id: String(id), observe, list: v1.observations(storeId, String(id)) }
}

/** The same with one observation, whose id the list tells. */
async function observed(session: Session, content = 'Likes fish.') {
  const made = await profile(session)
  await made.observe(content, { conversationIds: [conversationId] })
  const [first] = await made.list.list()
  const observationId = String(first?.id)
  return { ...made, observationId, one: made.v1.observations(made.storeId, made.id, observationId) }
}

/** The profile merged into an older one, whose id is answered. */
async function merged(session: Session) {
  const older = await profile(session)
  await advance(session, { seconds: 1 })
  const newer = await observed(session)
  await newer.v1.identifiers(newer.storeId, newer.id).create({ idType: 'phone', value: older.phone })
  return { ...newer, canonicalId: older.id }
}

export const observationCases: readonly Case[] = [
  ...about(`POST ${path}`, [
    {
      name: 'adds a batch, with and without conversations',
      run: async (session) => {
        const { list } = await profile(session)
        const observations = [
          { content: 'Likes fish.', occurredAt, source: 'crm/export 2.0', conversationIds: [conversationId] },
          { content: 'Has a cat.', occurredAt, source: 'test' },
        ]
        await session.answered(memoryAcceptance, { status: 202 }, () => list.create({ observations }))
        const { body } = await session.listed(observation, 'observations', async () => ({
          instances: await list.list({ orderBy: 'ASC' }),
        }))
        assert.partialDeepStrictEqual(body.observations, [
          { content: 'Likes fish.', conversationIds: [conversationId], source: 'crm/export 2.0' },
          { content: 'Has a cat.', conversationIds: [], occurredAt: occurredAt.toISOString() },
        ])
      },
    },
    {
      name: 'takes one by itself and answers it, and takes compressed bodies',
      run: async (session) => {
        const { storeId, id, list } = await profile(session)
        const url = `/v1/Stores/${storeId}/Profiles/${id}/Observations`
        const lone = { content: 'Likes fish.', source: 'conversation-intelligence', conversationIds: [conversationId] }
        const { status, body } = await session.send('POST', url, { body: lone })
        assert.equal(status, 202)
        const { message, ...answered } = body
        assert.match(message, /added/)
        session.inspected(observation, answered)
        const [listed] = await list.list()
        assert.deepEqual([listed?.id, listed?.content], [answered.id, lone.content])
        session.refusal(await session.send('POST', url, { body: lone, headers: { 'content-encoding': 'lzma' } }), {
          status: 400,
          code: 20001,
          field: 'Content-Encoding',
        })
      },
    },
    {
      name: 'refuses what does not fit, with the field, and an unknown profile',
      run: async (session) => {
        const { v1, storeId, list } = await profile(session)
        const item = { content: 'a', occurredAt, source: 'test' }
        const wrong: [object, string][] = [
          [{}, 'observations'],
          [{ observations: Array(11).fill(item) }, 'observations'],
          [{ observations: [{ ...item, content: 'x'.repeat(4097) }] }, 'observations[0].content'],
          [{ observations: [{ ...item, source: 'a:b' }] }, 'observations[0].source'],
          [{ observations: [{ content: 'a', source: 'b' }] }, 'observations[0].occurredAt'],
          [{ observations: [{ ...item, conversationIds: ['mine'] }] }, 'observations[0].conversationIds[0]'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () => list.create(unchecked(body)))
        }
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.observations(storeId, unknownProfile).create({ observations: [item] }),
        )
      },
    },
  ]),
  ...about(`GET ${path}`, [
    {
      name: 'filters by source, conversation and time, and pages in both orders',
      run: async (session) => {
        const { observe, list } = await profile(session)
        await observe('a', { source: 'notes' })
        await observe('b', { conversationIds: [conversationId, otherConversationId] })
        await advance(session, { minutes: 1 })
        await observe('c', { conversationIds: [otherConversationId] })
        const contents = async (query: Parameters<typeof list.list>[0]) =>
          (await list.list(query)).map(({ content }) => content).join('')
        const [{ createdAt } = assert.fail()] = await list.list()
        assert.equal(await contents({}), 'cba')
        assert.equal(await contents({ orderBy: 'ASC', pageSize: 2 }), 'abc')
        assert.equal(await contents({ source: 'notes' }), 'a')
        assert.equal(await contents({ conversationId }), 'b')
        assert.equal(await contents({ createdBefore: createdAt as Date }), 'ba')
        assert.equal(await contents({ createdAfter: createdAt as Date, acceptEncoding: 'gzip' }), 'c')
      },
    },
    {
      name: 'answers a merged id from the profile that took its place',
      run: async (session) => {
        const { list, canonicalId } = await merged(session)
        const { headers } = await session.listed(observation, 'observations', async () => ({
          instances: await list.list(),
        }))
        assert.equal(headers['canonical-profile-id'], canonicalId)
      },
    },
    {
      name: 'refuses queries that do not fit and a token of the other order',
      run: async (session) => {
        const { observe, list } = await profile(session)
        await observe('a')
        await observe('b')
        await session.refused({ status: 400, code: 520046, field: 'source' }, () => list.page({ source: 'a:b' }))
        await list.page({ pageSize: 1 })
        const { meta } = session.recorder.last.body as { meta: { nextToken: string } }
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          list.page({ orderBy: 'ASC', pageToken: meta.nextToken }),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{observationId}`, [
    {
      name: 'shows one, also by the id of a merged profile, and no other profile’s',
      run: async (session) => {
        const { one, canonicalId } = await merged(session)
        const values = { content: 'Likes fish.', conversationIds: [conversationId] }
        const { headers } = await session.answered(observation, { status: 200, values }, () => one.fetch())
        assert.equal(headers['canonical-profile-id'], canonicalId)
        const { v1, storeId, id } = await profile(session)
        const { observationId } = await observed(session)
        for (const missing of [unknown, observationId]) {
          await session.refused({ status: 404, code: 20404 }, () => v1.observations(storeId, id, missing).fetch())
        }
      },
    },
  ]),
  ...about(`PATCH ${path}/{observationId}`, [
    {
      name: 'changes any field and leaves the rest',
      run: async (session) => {
        const { one } = await observed(session)
        await advance(session, { seconds: 1 })
        await session.answered(memoryAcceptance, { status: 202 }, () => one.patch({ content: 'Likes no fish.' }))
        const { body } = await session.answered(
          observation,
          { status: 200, values: { content: 'Likes no fish.', source: 'test', conversationIds: [conversationId] } },
          () => one.fetch(),
        )
        assert.ok(body.updatedAt > body.createdAt)
      },
    },
    {
      name: 'changes the profile that took the place of a merged one',
      run: async (session) => {
        const { one, canonicalId } = await merged(session)
        await one.patch({ source: 'agent', conversationIds: [] })
        assert.equal(session.recorder.last.headers['canonical-profile-id'], canonicalId)
      },
    },
    {
      name: 'refuses to change nothing, what does not fit and what is not there',
      run: async (session) => {
        const { v1, storeId, id, one } = await observed(session)
        await session.refused({ status: 400, code: 520046, field: 'body' }, () => one.patch({}))
        await session.refused({ status: 400, code: 520046, field: 'content' }, () => one.patch({ content: '' }))
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.observations(storeId, id, unknown).patch({ content: 'a' }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{observationId}`, [
    {
      name: 'removes one for good, also by the id of a merged profile',
      run: async (session) => {
        const { one, canonicalId } = await merged(session)
        const { headers } = await session.answered(memoryAcceptance, { status: 202 }, () => one.remove())
        assert.equal(headers['canonical-profile-id'], canonicalId)
        await session.refused({ status: 404, code: 20404 }, () => one.fetch())
        await session.refused({ status: 404, code: 20404 }, () => one.remove())
      },
    },
  ]),
  ...about(`GET ${path}/{observationId}/Revisions`, [
    {
      name: 'lists what it says and has said, the present first, page by page',
      run: async (session) => {
        const { v1, storeId, id, observationId, one } = await observed(session, '1')
        for (const content of ['2', '3']) await one.patch({ content })
        const revisions = v1.revisions(storeId, id, observationId)
        const { body } = await session.listed(observation, 'revisions', async () => ({
          instances: await revisions.list(),
        }))
        assert.deepEqual(
          body.revisions.map((one: { id: string; content: string }) => [one.id, one.content]),
          ['3', '2', '1'].map((content) => [observationId, content]),
        )
        const paged = await revisions.list({ pageSize: 1, acceptEncoding: 'gzip' })
        assert.deepEqual(
          paged.map(({ content }) => content),
          ['3', '2', '1'],
        )
      },
    },
    {
      name: 'refuses an observation that is not there',
      run: async (session) => {
        const { v1, storeId, id } = await profile(session)
        await session.refused({ status: 404, code: 20404 }, () => v1.revisions(storeId, id, unknown).page())
      },
    },
  ]),
]
