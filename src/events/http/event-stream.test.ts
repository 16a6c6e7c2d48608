import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { accountBySid } from '../../accounts/rows.ts'
import { capture, message } from '../../conversations/testing/capture.ts'
import { openWorld, type World } from '../../testing/app.ts'
import { maxStreamsPerAccount } from '../event-streams.ts'
import { reportDiagnostic } from '../report.ts'
import { openStream, type SseClient } from '../testing/sse-client.ts'

const path = '/skein/v1/Events/Stream'

describe('the live stream of events', () => {
  let world: World
  let conversationId: string
  const clients: SseClient[] = []
  const follow = async (query = '', headers = {}) => {
    const client = await openStream(world.app, `${path}${query}`, { authorization: world.authorization, ...headers })
    clients.push(client)
    return client
  }
  const say = (text = 'Hello') => capture(world, message({ content: { type: 'TEXT', text } }))

  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
    await world.app.listen({ host: '127.0.0.1', port: 0 })
    conversationId = (await say()).conversationId
  })
  after(async () => {
    for (const client of clients) client.close()
    await world.close()
  })

  it('begins with what happens from now on', async () => {
    const client = await follow()
    assert.equal(client.status, 200)
    assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8')
    assert.match(String(client.headers['twilio-request-id']), /^RQ/)
    const ready = await client.next()
    assert.equal(ready?.event, 'ready')
    const { communicationId } = await say()
    const [entry] = await client.entries(1)
    assert.equal(entry?.data.type, 'communication.created')
    assert.equal(entry?.data.data.id, communicationId)
    client.close()
  })

  it('goes on behind the last event that a client has seen', async () => {
    const client = await follow()
    const id = (await client.next())?.id ?? ''
    client.close()
    const first = await say()
    const second = await say()
    const again = await follow('', { 'last-event-id': id })
    const entries = await again.entries(2)
    assert.deepEqual(
      entries.map(({ data }) => data.data.id),
      [first.communicationId, second.communicationId],
    )
    again.close()
    const rest = await follow('', { 'last-event-id': entries[0]?.id ?? '' })
    assert.equal((await rest.entries(1))[0]?.data.data.id, second.communicationId)
    rest.close()
  })

  it('shows only what it is asked for', async () => {
    const client = await follow(`?type=conversation.updated&conversationId=${conversationId}`)
    await client.next()
    await say()
    await world.patch(`/v2/Conversations/${conversationId}`, { name: 'Order 12' })
    assert.equal((await client.entries(1))[0]?.data.type, 'conversation.updated')
    client.close()
  })

  it('belongs to one account and asks for credentials', async () => {
    const stranger = await world.makeStranger()
    const client = await openStream(world.app, path, { authorization: stranger.authorization })
    clients.push(client)
    await client.next()
    await say()
    const theirs = await world.store.read.get(accountBySid, { sid: stranger.accountSid })
    await world.store.transact((tx) =>
      reportDiagnostic(tx, theirs?.account ?? 0, { level: 'info', code: 530900, message: 'Theirs', at: 1 }),
    )
    assert.equal((await client.entries(1))[0]?.data.message, 'Theirs')
    client.close()
    assert.equal((await world.app.inject(path)).statusCode, 401)
    assert.equal((await world.app.inject({ method: 'HEAD', url: path })).statusCode, 404)
  })

  it('refuses a position that it never gave out, and filters that cannot be meant', async () => {
    assert.equal((await world.get(path, { 'last-event-id': '17' })).status, 400)
    assert.equal((await world.get(`${path}?type=x`)).status, 400)
  })

  it('tells a client from another database that something may be missing', async () => {
    const client = await follow('', { 'last-event-id': `5-${'0'.repeat(26)}` })
    assert.equal((await client.next())?.event, 'gap')
    client.close()
  })

  it('is refused to whoever has too many of them', async () => {
    const open: SseClient[] = []
    for (let at = 0; at < maxStreamsPerAccount; at += 1) open.push(await follow())
    const { status, headers } = await world.get(path)
    assert.equal(status, 503)
    assert.ok(headers['retry-after'])
    for (const client of open) client.close()
  })

  it('ends with a reason when the server shuts down, and holds nothing up', async () => {
    const other = await openWorld()
    await other.app.listen({ host: '127.0.0.1', port: 0 })
    const client = await openStream(other.app, path, { authorization: other.authorization })
    await client.next()
    const closed = other.close()
    const end = await client.next()
    assert.equal(end?.event, 'end')
    assert.equal(JSON.parse(end?.data ?? '{}').reason, 'shutdown')
    assert.equal(await client.next(), undefined)
    await closed
  })
})
