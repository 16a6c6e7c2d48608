import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { capture, forgedToken, kiran, lena, message, walk } from '../../conversations/testing/capture.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { inWorld, type Json, openWorld, type World } from '../../testing/app.ts'
import { reportDiagnostics } from '../report.ts'

const path = '/skein/v1/Events'

describe('the list of events', () => {
  let world: World
  let first: { conversationId: string; communicationId: string }
  let second: { conversationId: string; communicationId: string }
  let requestId: string

  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
    first = await capture(world, message())
    const answer = await world.post('/skein/v1/Traffic', message({ from: lena }))
    requestId = answer.headers['twilio-request-id'] as string
    second = answer.body.results[0]
    const now = await world.now()
    await world.store.transact((tx) =>
      reportDiagnostics(tx, world.account, [
        {
          level: 'warning',
          code: 530920,
          message: 'One thing',
          resource: 'conv_x',
          conversationId: bare(first),
          at: now,
        },
        { level: 'error', code: 530921, message: 'Another thing', resource: second.conversationId, count: 3, at: now },
      ]),
    )
    await world.advance({ minutes: 15 })
  })
  after(() => world.close())

  const bare = ({ conversationId }: { conversationId: string }) => conversationId.slice(-26)
  const found = async (query: string): Promise<Json[]> => (await walk(world, `${path}?${query}`, 50)).flat()
  const typesOf = (events: Json[]) => events.map(({ type }) => type)

  it('shows everything, the newest first, under the names of the published debugger', async () => {
    const events = await found('')
    assert.deepEqual(typesOf(events), [
      'conversation.updated',
      'conversation.updated',
      'diagnostic',
      'diagnostic',
      ...['communication.created', 'participant.created', 'participant.created', 'conversation.created'],
      ...['communication.created', 'participant.created', 'participant.created', 'conversation.created'],
    ])
    for (const { id, source, level } of events) {
      assert.match(id, /^skein_event_[0-7][0-9a-z]{25}$/)
      assert.equal(source, 'conversation-orchestrator')
      assert.ok(['info', 'warning', 'error'].includes(level))
    }
  })

  it('tells of each kind what it is searched by', async () => {
    const [communication] = await found(`resourceId=${second.communicationId}`)
    assert.deepEqual(Object.keys(communication.data), ['id', 'conversationId', 'author'])
    const [author] = (await found(`resourceId=${communication.data.author.participantId}`)) as [Json]
    assert.equal(author.data.participantType, 'CUSTOMER')
    assert.equal(author.data.conversationId, second.conversationId)
    const [created] = await found(`conversationId=${second.conversationId}&type=conversation.created`)
    assert.deepEqual(created.data, { id: second.conversationId, status: 'ACTIVE' })
    assert.equal(created.requestId, requestId)
    assert.equal(created.correlationId, requestId)
    const [diagnostic] = await found('errorCode=530921')
    assert.equal(diagnostic.data.resourceSid, second.conversationId)
    assert.equal(diagnostic.count, 3)
  })

  it('leads what happened by itself back to the request that created the conversation', async () => {
    const [updated] = await found(`conversationId=${second.conversationId}&status=INACTIVE`)
    assert.equal(updated.requestId, null)
    assert.equal(updated.correlationId, requestId)
    assert.equal(updated.message, 'The conversation became INACTIVE (INACTIVE_TIMEOUT).')
    assert.deepEqual(updated.data.details, { cause: 'INACTIVE_TIMEOUT' })
  })

  const filters: [string, () => string, number][] = [
    ['the type', () => 'type=participant.created', 4],
    ['the level', () => 'level=warning', 1],
    ['the conversation', () => `conversationId=${first.conversationId}`, 6],
    ['the conversation as the resource', () => `resourceId=${first.conversationId}`, 2],
    ['the request', () => `requestId=${requestId}`, 4],
    ['the code', () => 'errorCode=530920', 1],
    ['the status', () => 'status=INACTIVE', 2],
    ['the beginning', () => 'from=2026-01-05T09:15:00Z', 2],
    ['the end', () => 'to=2026-01-05T09:14:59Z', 10],
    ['a part of the message', () => 'text=OTHER%20thing', 1],
    ['a resource that nobody has', () => `resourceId=${wireId('participant', newId())}`, 0],
    ['several', () => `type=communication.created&conversationId=${first.conversationId}`, 1],
  ]
  for (const [what, query, count] of filters) {
    it(`is filtered by ${what}`, async () => assert.equal((await found(query())).length, count))
  }

  it('is walked in either direction, also through one conversation', async () => {
    for (const query of ['', `conversationId=${first.conversationId}`, 'type=diagnostic']) {
      const all = (await walk(world, `${path}?${query}`, 50)).flat()
      for (const pageSize of [1, 2, 3]) {
        assert.deepEqual((await walk(world, `${path}?${query}`, pageSize)).flat(), all)
      }
    }
  })

  it('looks at a bounded number of events a page, and goes on behind them', () =>
    inWorld({}, async (busy) => {
      await busy.makeConfiguration()
      const { communicationId } = await capture(busy, message())
      for (let at = 0; at < 3; at += 1) {
        await busy.post(
          '/skein/v1/Traffic',
          Array.from({ length: 900 }, () => message()),
        )
      }
      const asked = `${path}?resourceId=${communicationId}&type=communication.created`
      const empty = await busy.get(asked)
      assert.deepEqual(empty.body.events, [])
      const next = await busy.get(`${asked}&pageToken=${empty.body.meta.nextToken}`)
      assert.equal(next.body.events.length, 1)
      assert.equal(next.body.meta.nextToken, null)
      const back = await busy.get(`${asked}&pageToken=${next.body.meta.previousToken}`)
      assert.deepEqual(back.body.events, [])
    }))

  it('refuses what cannot be meant', async () => {
    const queries = [
      'type=conversation.closed',
      'level=fatal',
      'conversationId=x',
      'errorCode=x',
      'from=yesterday',
      `pageToken=${forgedToken('debuggerEvents', 1, 5, '0')}`,
      `pageToken=${forgedToken('debuggerEvents', 1, '0')}`,
    ]
    for (const query of queries) assert.equal((await world.get(`${path}?${query}`)).status, 400, query)
  })

  it('shows nothing to another account', async () => {
    const stranger = await world.makeStranger()
    assert.deepEqual((await stranger.get(path)).body.events, [])
    assert.deepEqual((await stranger.get(`${path}?conversationId=${first.conversationId}`)).body.events, [])
  })
})

it('keeps of a deleted conversation only that it was deleted', () =>
  inWorld({}, async (world) => {
    await world.makeConfiguration()
    const { conversationId } = await capture(world, message())
    const accepted = await world.delete(`/v2/Conversations/${conversationId}`)
    await world.completed(accepted)
    const { events } = (await world.get(path)).body
    assert.deepEqual(
      events.map(({ type, data, requestId }: Json) => [type, data.id, requestId]),
      [['conversation.deleted', conversationId, accepted.headers['twilio-request-id']]],
    )
    assert.deepEqual((await world.get(`${path}?conversationId=${conversationId}`)).body.events, events)
    assert.ok(!JSON.stringify(events).includes(kiran))
  }))
