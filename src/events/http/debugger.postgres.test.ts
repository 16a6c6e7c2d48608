import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database, transactionsEnded } from '../../../test/postgres.ts'
import { capture, lena, message, walk } from '../../conversations/testing/capture.ts'
import { type Json, openWorld, type World } from '../../testing/app.ts'
import { openStream } from '../testing/sse-client.ts'

describe('the debugger on PostgreSQL', () => {
  let database: Database
  let world: World
  let conversationId: string

  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
    await world.post('/skein/v1/Traffic', message())
    await world.makeConfiguration()
    conversationId = (await capture(world)).conversationId
    await capture(world, message({ from: lena }))
    await world.advance({ minutes: 15 })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  const queries: [string, () => string, number][] = [
    ['everything', () => '', 11],
    ['one conversation', () => `conversationId=${conversationId}`, 5],
    ['diagnostics', () => 'type=diagnostic', 1],
    ['a code', () => 'errorCode=530900', 1],
    ['a conversation as a resource', () => `resourceId=${conversationId}`, 2],
  ]
  for (const [what, query, count] of queries) {
    it(`lists ${what} in either direction`, async () => {
      const path = `/skein/v1/Events?${query()}`
      const all = (await walk(world, path, 50)).flat()
      assert.equal(all.length, count)
      assert.deepEqual((await walk(world, path, 2)).flat(), all)
    })
  }

  it('leads what happened by itself back to the request that created the conversation', async () => {
    const events: Json[] = (await world.get(`/skein/v1/Events?conversationId=${conversationId}`)).body.events
    assert.equal(events[0].requestId, null)
    assert.equal(events[0].correlationId, events.at(-1).requestId)
  })

  it('streams what happens', async () => {
    await world.app.listen({ host: '127.0.0.1', port: 0 })
    // What other tests have under way on the same server holds back what happened before as well.
    await transactionsEnded(database.url)
    const client = await openStream(world.app, '/skein/v1/Events/Stream', { authorization: world.authorization })
    await client.next()
    const { communicationId } = await capture(world)
    const entries = await client.entries(2)
    assert.ok(entries.some(({ data }) => data.data.id === communicationId))
    client.close()
  })

  it('diagnoses conversations and messages', async () => {
    const one = await world.get(`/skein/v1/Conversations/${conversationId}/Diagnosis`)
    assert.equal(one.body.checks.length, 10)
    const asked = await world.get('/skein/v1/Diagnosis?channel=SMS&from=%2B15551234567&to=%2B15550001111')
    assert.equal(asked.body.conversationId, conversationId)
  })
})
