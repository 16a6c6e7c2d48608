import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, openWorld, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, message, walk } from '../testing/capture.ts'

const absent = 'conv_participant_01kjpwf17ae60tak362xesvjfr'
const absentConversation = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
const start = '2026-01-05T09:00:00.000Z'

describe('participants', () => {
  let world: World
  let conversationId: string
  let path: string
  let created: Json[]

  before(async () => {
    world = await openWorld()
    const configurationId = await world.makeConfiguration()
    const answer = await world.post('/v2/Conversations', {
      configurationId,
      participants: [
        { name: 'Noor', type: 'HUMAN_AGENT', addresses: [{ channel: 'VOICE', address: kiran, channelId: 'CA1' }] },
        { type: 'UNKNOWN', addresses: [{ channel: 'CHAT', address: 'ziggy' }] },
        { type: 'AI_AGENT' },
      ],
    })
    assert.equal(answer.status, 201, answer.text)
    conversationId = answer.body.id
    created = answer.body.participants
    path = `/v2/Conversations/${conversationId}/Participants`
  })
  after(() => world.close())

  it('show every field, and always a name: their own, else an address, else their type', async () => {
    const { status, body } = await world.get(path)
    assert.equal(status, 200)
    const rest = { conversationId, accountId: world.accountSid, profileId: null, createdAt: start, updatedAt: start }
    assert.deepEqual(body, {
      meta: { key: 'participants', pageSize: 3, nextToken: null, previousToken: null },
      participants: [
        {
          ...rest,
          id: created[0].id,
          name: 'Noor',
          type: 'HUMAN_AGENT',
          addresses: [{ channel: 'VOICE', address: kiran, channelId: 'CA1' }],
        },
        {
          ...rest,
          id: created[1].id,
          name: 'ziggy',
          type: 'UNKNOWN',
          addresses: [{ channel: 'CHAT', address: 'ziggy', channelId: null }],
        },
        { ...rest, id: created[2].id, name: 'AI_AGENT', type: 'AI_AGENT', addresses: [] },
      ],
    })
  })

  it('are fetched one by one as they are listed and as they were created', async () => {
    const { body } = await world.get(path)
    assert.deepEqual(body.participants, created)
    for (const participant of created) {
      assert.deepEqual((await world.get(`${path}/${participant.id}`)).body, participant)
    }
  })

  it('show the profile that was found for a customer', async () => {
    const stores = await world.makeMemoryStore()
    const configurationId = await world.makeConfiguration({ memoryStoreId: stores })
    const addresses = [{ channel: 'SMS', address: '+15550009999' }]
    const { body } = await world.post('/v2/Conversations', {
      configurationId,
      participants: [{ type: 'CUSTOMER', addresses }],
    })
    const fetched = await world.get(`/v2/Conversations/${body.id}/Participants/${body.participants[0].id}`)
    assert.match(fetched.body.profileId, /^mem_profile_[0-7][0-9a-z]{25}$/)
  })

  it('are listed the oldest first, in pages of any size and either direction', async () => {
    for (const pageSize of [1, 2, 3, 50]) {
      const pages = await walk(world, path, pageSize)
      assert.deepEqual(pages.flat(), created)
      for (const page of pages.slice(0, -1)) assert.equal(page.length, pageSize)
    }
  })

  it('take more than 1000 a page for 1000', async () => {
    assert.equal((await world.get(`${path}?PageSize=5000`)).body.meta.pageSize, 3)
  })

  const refused: [string, string][] = [
    ['pageSize=0', 'pageSize'],
    ['pageSize=x', 'pageSize'],
    ['pageToken=x', 'pageToken'],
    [`pageToken=${forgedToken('conversations', 1, '01kjpwf170e4ma4jz41b93y214')}`, 'pageToken'],
    [`pageToken=${forgedToken('participants', 1, 5)}`, 'pageToken'],
  ]
  for (const [query, field] of refused) {
    it(`are refused to ${query}`, async () => {
      const { status, body } = await world.get(`${path}?${query}`)
      assert.deepEqual([status, body.code, body.params.field], [400, 20001, field])
    })
  }

  const unknown: [string, () => string, () => string][] = [
    [
      'of an unknown conversation',
      () => `/v2/Conversations/${absentConversation}/Participants`,
      () => `There is no conversation ${absentConversation}.`,
    ],
    [
      'of what is no conversation',
      () => `/v2/Conversations/${absent}/Participants`,
      () => `There is no conversation ${absent}. Its id would begin with conv_conversation_.`,
    ],
    ['that are unknown', () => `${path}/${absent}`, () => `There is no participant ${absent} in ${conversationId}.`],
    [
      'whose id is of something else',
      () => `${path}/${conversationId}`,
      () => `There is no participant ${conversationId}. Its id would begin with conv_participant_.`,
    ],
    [
      'in an unknown conversation',
      () => `/v2/Conversations/${absentConversation}/Participants/${created[0].id}`,
      () => `There is no conversation ${absentConversation}.`,
    ],
  ]
  for (const [which, pathOf, message] of unknown) {
    it(`are not found ${which}`, async () => {
      const { status, body } = await world.get(pathOf())
      assert.deepEqual([status, body.code, body.message], [404, 20404, message()])
    })
  }

  it('are not found in another conversation of the account', async () => {
    const other = await capture(world, message())
    const { status } = await world.get(`/v2/Conversations/${other.conversationId}/Participants/${created[0].id}`)
    assert.equal(status, 404)
  })

  it('are not found by another account', async () => {
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(path)).status, 404)
    assert.equal((await stranger.get(`${path}/${created[0].id}`)).status, 404)
  })

  it('are gone with their conversation', async () => {
    const { conversationId: id } = await capture(world, message({ from: '+15550002001' }))
    const { body } = await world.get(`/v2/Conversations/${id}`)
    await world.delete(`/v2/Conversations/${id}`)
    assert.equal((await world.get(`/v2/Conversations/${id}/Participants`)).status, 404)
    assert.equal((await world.get(`/v2/Conversations/${id}/Participants/${body.participants[0].id}`)).status, 404)
  })
})
