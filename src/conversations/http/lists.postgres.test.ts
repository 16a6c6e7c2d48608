import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import { type Json, openWorld, type World } from '../../testing/app.ts'
import { capture, message, walk } from '../testing/capture.ts'

describe('lists on PostgreSQL', () => {
  let database: Database
  let world: World
  /** Newest first, alternately CLOSED and ACTIVE; each with two messages. */
  const made: string[] = []

  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
    const configurationId = await world.makeConfiguration()
    for (let at = 0; at < 4; at += 1) {
      const from = `+1555000200${at}`
      const { conversationId } = await capture(world, message({ from, channelId: 'CH1', resourceId: `SM${at}` }))
      await capture(world, message({ from, channelId: 'CH1', occurredAt: '2026-01-05T08:00:00Z' }))
      if (at % 2 === 0) await world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' })
      made.unshift(conversationId)
    }
    await world.post('/v2/Conversations', { configurationId })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  const idsOf = (pages: Json[][]) => pages.flat().map(({ id }) => id)
  const filters: [string, () => string[]][] = [
    ['channelId=CH1', () => made],
    ['channelId=SM2', () => made.slice(1, 2)],
    ['channelId=CH1&status=CLOSED', () => made.filter((_, at) => at % 2 === 1)],
    ['status=CLOSED', () => made.filter((_, at) => at % 2 === 1)],
    ['status=CLOSED,INACTIVE', () => made.filter((_, at) => at % 2 === 1)],
  ]
  for (const [query, expected] of filters) {
    it(`shows the conversations that ${query} asks for, in either direction`, async () => {
      assert.deepEqual(idsOf(await walk(world, `/v2/Conversations?${query}`, 1)), expected())
    })
  }

  it('shows all conversations, and the stuck one by itself', async () => {
    const all = idsOf(await walk(world, '/v2/Conversations', 2))
    assert.deepEqual(all.slice(1), made)
    assert.deepEqual(idsOf(await walk(world, '/skein/v1/Conversations/Stuck', 1)), all.slice(0, 1))
  })

  it('shows what is in a conversation in its order', async () => {
    const path = `/v2/Conversations/${made[0]}`
    assert.equal((await walk(world, `${path}/Participants`, 1)).length, 2)
    for (const query of ['', '?channelId=CH1']) {
      const pages = await walk(world, `${path}/Communications${query}`, 1)
      assert.deepEqual(
        pages.flat().map(({ resourceId }) => resourceId),
        [null, 'SM3'],
      )
    }
    assert.equal((await walk(world, `/skein/v1${path.slice(3)}/Timeline`, 2)).flat().length, 5)
  })
})
