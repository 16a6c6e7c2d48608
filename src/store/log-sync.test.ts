import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Failure } from '../kernel/failure.ts'
import { SqliteStore } from './sqlite.ts'
import { aBook, allBooks, book, schema } from './suite/cast.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet } from './suite/subject.ts'

/** A disk that takes as long as the test wants. */
class SlowDisk {
  readonly waiting: PromiseWithResolvers<void>[] = []

  sync = (): Promise<void> => {
    const asked = Promise.withResolvers<void>()
    this.waiting.push(asked)
    return asked.promise
  }
}

function open(t: TestContext, disk: SlowDisk): SqliteStore {
  const store = new SqliteStore(join(temporaryFolder(t), 'skein.db'), quiet, { sync: disk.sync })
  store.migrate(({ db }) => {
    for (const sql of schema.sqlite) db.exec(sql)
  })
  t.after(() => {
    for (const asked of disk.waiting) asked.resolve()
    return store.close()
  })
  return store
}

/** What became of it so far. */
function watch(promise: Promise<unknown>): { state: 'waiting' | 'done' | 'refused'; reason?: unknown } {
  const seen: ReturnType<typeof watch> = { state: 'waiting' }
  promise.then(
    () => Object.assign(seen, { state: 'done' }),
    (reason) => Object.assign(seen, { state: 'refused', reason }),
  )
  return seen
}

/** Lets everything happen that waits for no disk. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const write = (store: SqliteStore, id: string) => store.transact((tx) => tx.insert(book, [aBook(id)]))

describe('a commit on SQLite in a file', () => {
  test('is answered once the log is on the disk, not before', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    const first = watch(write(store, 'a'))
    await turns()
    assert.equal(first.state, 'waiting')
    assert.equal(disk.waiting.length, 1)
    disk.waiting[0]?.resolve()
    await turns()
    assert.equal(first.state, 'done')
  })

  test('lets the next begin while it waits, and those that wait together share one way to the disk', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    const seen = [watch(write(store, 'a'))]
    await turns()
    seen.push(watch(write(store, 'b')))
    await turns()
    seen.push(watch(write(store, 'c')))
    await turns()
    assert.equal(store.statistics.commits, 3)
    assert.equal(disk.waiting.length, 1)
    disk.waiting[0]?.resolve()
    await turns()
    assert.deepEqual(
      seen.map(({ state }) => state),
      ['done', 'waiting', 'waiting'],
    )
    assert.equal(disk.waiting.length, 2)
    disk.waiting[1]?.resolve()
    await turns()
    assert.deepEqual(
      seen.map(({ state }) => state),
      ['done', 'done', 'done'],
    )
  })

  test('is waited for by whoever read it, too', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    const written = watch(write(store, 'a'))
    await turns()
    const read = watch(store.transact((tx) => tx.all(allBooks, {})))
    await turns()
    assert.deepEqual([written.state, read.state], ['waiting', 'waiting'])
    disk.waiting[0]?.resolve()
    await turns()
    assert.deepEqual([written.state, read.state], ['done', 'done'])
    assert.equal(disk.waiting.length, 1)
  })

  test('that wrote nothing waits for no disk', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    assert.deepEqual(await store.transact((tx) => tx.all(allBooks, {})), [])
    assert.equal(disk.waiting.length, 0)
  })

  test('that the disk did not keep is refused, and so is every later one', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    const lost = watch(write(store, 'a'))
    await turns()
    disk.waiting[0]?.reject(new Error('EIO'))
    await turns()
    const later = watch(write(store, 'b'))
    await turns()
    for (const { state, reason } of [lost, later]) {
      assert.equal(state, 'refused')
      assert.ok(reason instanceof Failure)
      assert.equal(reason.kind, 'unavailable')
      assert.match(reason.message, /disk failed/)
    }
    assert.equal(disk.waiting.length, 1)
    await assert.rejects(store.ping(), /disk failed/)
  })

  test('that waits when the store is closed is answered first', async (t) => {
    const disk = new SlowDisk()
    const store = open(t, disk)
    const seen = watch(write(store, 'a'))
    await turns()
    const closed = watch(store.close())
    await turns()
    assert.deepEqual([seen.state, closed.state], ['waiting', 'waiting'])
    disk.waiting[0]?.resolve()
    await turns()
    assert.equal(seen.state, 'done')
  })
})
