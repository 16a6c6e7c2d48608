import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Failure } from '../../kernel/failure.ts'
import type { Tx } from '../store.ts'
import { aBook, allBooks, book } from './cast.ts'
import { raw, type Subject, use } from './subject.ts'

/** What only a store with one writer for all does: its functions share a transaction and must not hold it up. */
export function testStalls(subject: Subject): void {
  describe(`shared transactions on ${subject.name}`, () => {
    test('takes out a function that waits for a timer, and commits its neighbours', async (t) => {
      const store = await use(subject, t)
      let kept: Tx | undefined
      const runs: string[] = []
      const write = (id: string) =>
        store.transact((tx) => {
          runs.push(id)
          return tx.insert(book, [aBook(id)])
        })
      const before = write('a')
      const stalling = store.transact(async (tx) => {
        kept = tx
        await tx.insert(book, [aBook('stalled')])
        await setTimeout(20)
        await tx.insert(book, [aBook('late')])
      })
      const results = await Promise.allSettled([before, stalling, write('c')])
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      await assert.rejects(stalling, { name: 'StallError' })
      assert.deepEqual(runs, ['a', 'a', 'c'])
      await assert.rejects(async () => kept?.all(allBooks, {}), /kept too long/)
      await setTimeout(40)
      assert.deepEqual(
        (await store.read.all(allBooks, {})).map((row) => row.id),
        ['a', 'c'],
      )
    })

    test('keeps quiet when the function that was taken out rejects later', async (t) => {
      const store = await use(subject, t)
      const unhandled: unknown[] = []
      const note = (error: unknown) => unhandled.push(error)
      process.on('unhandledRejection', note)
      t.after(() => process.off('unhandledRejection', note))
      const ended = new AbortController()
      const stalling = store.transact(async () => {
        await once(ended.signal, 'abort')
        throw new Error('long after')
      })
      await assert.rejects(stalling, { name: 'StallError' })
      ended.abort()
      await setTimeout(5)
      assert.deepEqual(unhandled, [])
    })

    test('rejects all that shared a COMMIT that failed', async (t) => {
      const store = await use(subject, t)
      const results = await Promise.allSettled([
        store.transact((tx) => tx.insert(book, [aBook('a')])),
        store.transact((tx) => tx.insert(book, [aBook('b', { shelf: 'nowhere' })])),
        store.transact(async () => {
          throw new Error('own trouble')
        }),
        store.transact(async (tx) => {
          await tx.insert(book, [aBook('d')])
          throw new Error('own trouble')
        }),
      ])
      for (const result of results) assert.match(String(result.status === 'rejected' && result.reason), /FOREIGN KEY/)
      assert.deepEqual(await store.read.all(allBooks, {}), [])
    })

    test('answers a disk that is full as unavailable, and works again when it is not', async (t) => {
      const store = await use(subject, t)
      const limit = (pages: number) => store.transact((tx) => tx.all(raw(`pragma max_page_count = ${pages}`), {}))
      await limit(1)
      const large = () => store.transact((tx) => tx.insert(book, [aBook('a', { title: 'x'.repeat(500_000) })]))
      const small = () => store.transact((tx) => tx.all(allBooks, {}))
      const results = await Promise.allSettled([small(), large(), small()])
      for (const result of results) {
        assert.ok(result.status === 'rejected' && result.reason instanceof Failure)
        assert.equal(result.reason.kind, 'unavailable')
        assert.match(String(result.reason.cause), /full/)
      }
      await limit(1_000_000)
      assert.equal(await large(), 1)
    })

    test('runs many functions in few commits', async (t) => {
      const store = await use(subject, t)
      const before = store.statistics.commits
      await Promise.all(
        Array.from({ length: 640 }, (_, n) => store.transact((tx) => tx.insert(book, [aBook(`b${n}`)]))),
      )
      assert.equal(store.statistics.commits, before + 10)
    })
  })
}
