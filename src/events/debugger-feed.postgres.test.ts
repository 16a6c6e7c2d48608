import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database, transactionsEnded } from '../../test/postgres.ts'
import { newId } from '../kernel/ids.ts'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { appendEvents } from './append.ts'
import { endOfFeed, readFeed } from './debugger-feed.ts'
import type { FeedPosition } from './domain/feed-position.ts'
import { reportDiagnostic } from './report.ts'

const log = openLog('silent', false)
const account = 1
const explain = () => ({ level: 'info', message: '' }) as const

describe('the live stream on PostgreSQL', () => {
  let database: Database
  let node: Store
  let other: Store

  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    node = await openStore(database.url, { log })
    other = await openStore(database.url, { log })
  })
  after(async () => {
    await node?.close()
    await other?.close()
    await database?.drop()
  })

  const source = () => ({ read: other.read, account, explain })
  const read = async (position: FeedPosition, limit = 100) => {
    const feed = await readFeed(source(), position, { limit, wall: Date.now() })
    return { ...feed, subjects: feed.entries.map(({ entry }) => entry.resource?.slice(-26)) }
  }
  /** The stream holds back while anything older is under way, other tests' transactions included. */
  const othersEnded = () => transactionsEnded(database.url)
  const append = (store: Store, subject: string, meanwhile: () => Promise<unknown> = async () => {}) =>
    store.transact(async (tx) => {
      const conversationId = subject
      await appendEvents(tx, account, [
        { conversationId, n: 1, type: 'CONVERSATION_CREATED', subject, requestId: '', at: 1, note: null, data: null },
      ])
      await meanwhile()
    })

  it('tells of every event once, although transactions overtake each other and ids are made before the commit', async () => {
    const [early, late, last] = [newId(), newId(), newId()] as const
    await othersEnded()
    let position = await endOfFeed(source(), Date.now())
    const seen: (string | undefined)[] = []
    const look = async () => {
      const feed = await read(position)
      position = feed.position
      seen.push(...feed.subjects)
    }
    await append(node, early, async () => {
      // It began later and has the later id, but is committed first.
      await append(other, late)
      await look()
      assert.deepEqual(seen, [], 'nothing is told while something older may still come')
    })
    await othersEnded()
    await look()
    assert.deepEqual(seen, [early, late])
    await append(node, last)
    await othersEnded()
    await look()
    await look()
    assert.deepEqual(seen, [early, late, last])
  })

  it('tells nothing of what was rolled back', async () => {
    await othersEnded()
    const { position } = await read(await endOfFeed(source(), Date.now()))
    await assert.rejects(
      append(node, newId(), async () => {
        throw new Error('changed its mind')
      }),
    )
    const kept = newId()
    await append(node, kept)
    await othersEnded()
    assert.deepEqual((await read(position)).subjects, [kept])
  })

  it('goes on from any position, whatever the size of its steps, with diagnostics among the events', async () => {
    await othersEnded()
    const start = await endOfFeed(source(), Date.now())
    const subjects = Array.from({ length: 7 }, () => newId())
    for (const [at, subject] of subjects.entries()) {
      if (at % 2 === 0) await append(at === 0 ? node : other, subject)
      else {
        await node.transact((tx) =>
          reportDiagnostic(tx, account, { level: 'info', code: 530900, message: 'x', resource: `x_${subject}`, at: 1 }),
        )
      }
    }
    await othersEnded()
    for (const limit of [1, 2, 3, 7, 100]) {
      const seen: (string | undefined)[] = []
      for (let position = start; seen.length < subjects.length; ) {
        const feed = await read(position, limit)
        assert.ok(feed.subjects.length > 0, 'every step brings something')
        seen.push(...feed.subjects)
        position = feed.position
      }
      assert.deepEqual(seen, subjects)
    }
    assert.deepEqual((await read((await read(start)).position)).subjects, [])
  })
})
