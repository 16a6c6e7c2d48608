import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import type { Environment } from '../../config.ts'
import { wireId } from '../../kernel/ids.ts'
import { openLog } from '../../kernel/log.ts'
import { Operations } from '../../operations/operations.ts'
import { type Answer, type Json, openWorld, type World } from '../../testing/app.ts'
import { capture, message } from '../testing/capture.ts'

let database: Database
before(async () => {
  database = await createDatabase({ fast: true, schema: true })
})
after(() => database?.drop())

const databases: [string, () => Environment][] = [
  ['SQLite', () => ({})],
  ['PostgreSQL', () => ({ SKEIN_DATABASE: database.url })],
]
const count = 130
const perTurn = 100

for (const [name, environment] of databases) {
  describe(`closing all conversations of a configuration on ${name}`, () => {
    let world: World
    let path: string
    let configurationId: string
    let other: string
    let accepted: Answer

    before(async () => {
      world = await openWorld(environment())
      configurationId = await world.makeConfiguration({
        statusCallbacks: [{ url: 'https://hooks.example.test/', method: 'POST' }],
      })
      path = `/skein/v1/Configurations/${configurationId}/Closing`
      other = await world.makeConfiguration({ displayName: 'other', channelSettings: {} })
      await world.post('/v2/Conversations', { configurationId: other })
      const items = Array.from({ length: count }, (_, at) => message({ from: `+1555010${1000 + at}` }))
      for (let at = 0; at < count; at += 65) await world.post('/skein/v1/Traffic', items.slice(at, at + 65))
      await world.advance({ minutes: 15 })
      const [first] = (await world.get('/v2/Conversations?status=INACTIVE&pageSize=1')).body.conversations
      await world.put(`/v2/Conversations/${first.id}`, { status: 'ACTIVE' })
    })
    after(() => world?.close())

    const closing = async (): Promise<Json> => (await world.get(path)).body

    it('tells how many are open before it was ever asked for', async () => {
      assert.deepEqual(await closing(), { configurationId, open: count, openIsCapped: false, latest: null })
    })

    it('is accepted once at a time, and once for an idempotency key', async () => {
      const headers = { 'idempotency-key': '0f8fad5b-d9cb-469f-a165-70867728950e' }
      accepted = await world.post(path, undefined, headers)
      assert.equal(accepted.status, 202, accepted.text)
      assert.deepEqual(accepted.body.related, { configurationId })
      assert.equal((await world.post(path, undefined, headers)).text, accepted.text)
      const refused = await world.post(path)
      assert.equal(refused.status, 409)
      assert.equal(refused.headers['x-conflicting-resource-id'], accepted.headers['operation-id'])
      const { latest, open } = await closing()
      assert.deepEqual([latest.status, latest.closed, latest.total, open], ['PENDING', 0, count, count])
    })

    it('closes some in each turn and tells how far it is, while other operations go on', async () => {
      await capture(world, message({ from: '+15550109999' }))
      const store = await world.post('/v1/ControlPlane/Stores', { displayName: 'meanwhile' })
      await world.settleOperations()
      assert.equal((await world.get(new URL(store.body.statusUrl).pathname)).body.status, 'COMPLETED')
      const { latest, open } = await closing()
      assert.deepEqual([latest.status, latest.closed, open], ['PENDING', perTurn, count - perTurn + 1])
    })

    it('stays where it was when a turn fails', async () => {
      const kind = 'conversations.close'
      const failing = () => Promise.reject(new Error('a broken disk'))
      const operations = new Operations({
        store: world.store,
        log: openLog('silent', false),
        handlers: { [kind]: failing },
      })
      await assert.rejects(operations.tick(await world.now()), /broken disk/)
      assert.deepEqual((await closing()).latest.closed, perTurn)
    })

    it('ends with everything closed that was open when it was accepted, and nothing that began later', async () => {
      await world.advance()
      const operation = (await world.get(new URL(accepted.body.statusUrl).pathname)).body
      assert.deepEqual([operation.status, operation.result.id], ['COMPLETED', configurationId])
      const { latest, open } = await closing()
      assert.deepEqual([latest.status, latest.closed, latest.total, open], ['COMPLETED', count, count, 1])
      assert.equal(
        (await world.get(`/skein/v1/Conversations?configurationId=${other}&status=ACTIVE`)).body.conversations.length,
        1,
      )
      const [left] = (await world.get(`/skein/v1/Conversations?configurationId=${configurationId}&status=ACTIVE`)).body
        .conversations
      assert.equal(
        left.participants.some(({ addresses }: Json) => addresses[0].address === '+15550109999'),
        true,
      )
    })

    it('is told of like every other closing: one event and one webhook for each', async () => {
      const events = await world.events()
      const closed = events.filter(({ note }) => note?.to === 'CLOSED' || note?.status === 'CLOSED')
      assert.equal(new Set(closed.map(({ conversationId }) => conversationId)).size, count)
      const told = world.receiver.received.filter(({ body }) => body.data?.status === 'CLOSED')
      assert.equal(new Set(told.map(({ body }) => body.data.id)).size, count)
      assert.equal(told.length, count)
    })

    it('may be asked for again', async () => {
      assert.equal((await world.post(path)).status, 202)
      await world.advance()
      const { latest, open } = await closing()
      assert.deepEqual([latest.status, latest.closed, latest.total, open], ['COMPLETED', 1, 1, 0])
    })

    it('is for configurations of the account alone', async () => {
      const stranger = await world.makeStranger()
      const nobodys = path.replace(configurationId, wireId('configuration', '0'.repeat(26)))
      for (const answer of [
        await stranger.get(path),
        await stranger.post(path),
        await world.get(nobodys),
        await world.post(nobodys),
      ])
        assert.deepEqual([answer.status, answer.body.code], [404, 20404])
    })
  })
}
