import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import type { Store, Tx } from '../store.ts'
import { aBook, addPages, addReturning, allBooks, book, bookById, freeBooks, lockBook, removeBook } from './cast.ts'
import { plain, type Subject, use } from './subject.ts'

export function testTransactions(subject: Subject): void {
  describe(`transactions on ${subject.name}`, () => {
    test('saves what a function writes and answers its value', async (t) => {
      const store = await use(subject, t)
      const answer = await store.transact(async (tx) => {
        await tx.insert(book, [aBook('a')])
        return { pages: (await tx.get(bookById, { id: 'a' }))?.pages }
      })
      assert.deepEqual(answer, { pages: 0 })
      assert.deepEqual(await ids(store), ['a'])
    })

    test('takes in traffic in the same way', async (t) => {
      const store = await use(subject, t)
      await store.intake((tx) => tx.insert(book, [aBook('a')]))
      assert.deepEqual(await ids(store), ['a'])
    })

    test('shows a write to every read that begins after it was acknowledged', async (t) => {
      const store = await use(subject, t)
      await Promise.all(
        Array.from({ length: 100 }, async (_, n) => {
          await store.transact((tx) => tx.insert(book, [aBook(`b${n}`)]))
          assert.ok(await store.read.get(bookById, { id: `b${n}` }))
        }),
      )
    })

    test('shows no reader what is not committed', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      const failing = store.transact(async (tx) => {
        await tx.run(addPages, { id: 'a', more: 7 })
        for (let n = 0; n < 20; n += 1) assert.equal((await tx.get(bookById, { id: 'a' }))?.pages, 7)
        throw new Error('changed our mind')
      })
      const reads = Promise.all(
        Array.from({ length: 50 }, async (_, n) => {
          for (let turn = 0; turn < n; turn += 1) await Promise.resolve()
          return (await store.read.get(bookById, { id: 'a' }))?.pages
        }),
      )
      await assert.rejects(failing, /changed our mind/)
      assert.deepEqual(new Set(await reads), new Set([0]))
    })

    test('leaves the neighbours alone when a function throws before it writes', async (t) => {
      const store = await use(subject, t)
      let runs = 0
      const results = await Promise.allSettled([
        store.transact(async (tx) => {
          runs += 1
          return tx.insert(book, [aBook('a')])
        }),
        store.transact(async (tx) => {
          await tx.all(allBooks, {})
          throw new Error('no')
        }),
        store.transact((tx) => tx.insert(book, [aBook('c')])),
      ])
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      assert.equal(runs, 1)
      assert.deepEqual(await ids(store), ['a', 'c'])
    })

    test('undoes only the writes of the function that failed', async (t) => {
      const store = await use(subject, t)
      const results = await Promise.allSettled(
        ['a', 'b', 'c', 'd', 'e'].map((id) =>
          store.transact(async (tx) => {
            await tx.insert(book, [aBook(id)])
            if (id === 'b' || id === 'd') throw new Error(id)
            return id
          }),
        ),
      )
      assert.deepEqual(
        results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message)),
        ['a', 'b', 'c', 'd', 'e'],
      )
      assert.deepEqual(await ids(store), ['a', 'c', 'e'])
    })

    test('undoes a write that answers rows', async (t) => {
      const store = await use(subject, t)
      const failing = store.transact(async (tx) => {
        assert.deepEqual(plain(await tx.all(addReturning, { id: 'a' })), [{ id: 'a' }])
        throw new Error('no')
      })
      await assert.rejects(failing, /no/)
      assert.deepEqual(await ids(store), [])
    })

    test('passes a Failure through as it is', async (t) => {
      const store = await use(subject, t)
      const failure = new Failure('conflict', 'taken', { code: 20409 })
      for (const writes of [false, true]) {
        const failing = store.transact(async (tx) => {
          if (writes) await tx.insert(book, [aBook('a')])
          throw failure
        })
        await assert.rejects(failing, (error) => error === failure)
      }
    })

    test('answers an error that is thrown without a promise', async (t) => {
      const store = await use(subject, t)
      const failing = store.transact(() => {
        throw new Error('at once')
      })
      await assert.rejects(failing, /at once/)
    })

    test('refuses a handle that was kept after its transaction', async (t) => {
      const store = await use(subject, t)
      let kept: Tx | undefined
      await store.transact(async (tx) => {
        kept = tx
      })
      await assert.rejects(async () => kept?.insert(book, [aBook('a')]), /kept too long/)
      await assert.rejects(async () => kept?.update(book, ['account', 'id'], ['pages'], []), /kept too long/)
      await assert.rejects(async () => kept?.all(allBooks, {}), /kept too long/)
      assert.deepEqual(await ids(store), [])
    })

    test('lets a reader write nothing', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      await assert.rejects(store.read.all(removeBook, { id: 'a' }), /needs a transaction/)
      await assert.rejects(store.read.get(addReturning, { id: 'b' }), /needs a transaction/)
      assert.deepEqual(await ids(store), ['a'])
    })

    test('counts every one of many changes to the same row', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a', { pages: 0 })]))
      await Promise.all(
        Array.from({ length: 200 }, () =>
          store.transact(async (tx) => {
            const { pages } = (await tx.get(lockBook, { id: 'a' })) ?? {}
            await tx.update(book, ['account', 'id'], ['pages'], [{ account: 1, id: 'a', pages: (pages ?? 0) + 1 }])
          }),
        ),
      )
      assert.equal((await store.read.get(bookById, { id: 'a' }))?.pages, 200)
    })

    test('selects rows that nobody holds', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a'), aBook('b'), aBook('c')]))
      const found = await store.transact((tx) => tx.all(freeBooks, { limit: 2 }))
      assert.deepEqual(
        found.map((row) => row.id),
        ['a', 'b'],
      )
    })

    test('refuses with unavailable when too many wait, and serves those accepted', async (t) => {
      const store = await use(subject, t)
      const results = await Promise.allSettled(
        Array.from({ length: 4_300 }, () => store.transact((tx) => tx.get(bookById, { id: 'a' }))),
      )
      const refused = results.filter((result) => result.status === 'rejected')
      assert.ok(refused.length > 0 && refused.length <= 4_300 - 4_096)
      for (const { reason } of refused) {
        assert.ok(reason instanceof Failure)
        assert.equal(reason.kind, 'unavailable')
        assert.equal(reason.details.retryAfterSeconds, 1)
      }
    })

    test('finishes what was accepted before it closes, then refuses', async (t) => {
      const store = await use(subject, t)
      const accepted = Array.from({ length: 150 }, (_, n) => store.transact((tx) => tx.insert(book, [aBook(`b${n}`)])))
      const closed = store.close()
      await assert.rejects(
        store.transact(async () => 1),
        (error) => error instanceof Failure && error.kind === 'unavailable',
      )
      assert.deepEqual(new Set(await Promise.all(accepted)), new Set([1]))
      await closed
      await store.close()
    })

    test('counts what it does', async (t) => {
      const store = await use(subject, t)
      const before = { ...store.statistics }
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      assert.equal(store.statistics.transactions, before.transactions + 1)
      assert.equal(store.statistics.commits, before.commits + 1)
      assert.ok(store.statistics.commitSeconds > before.commitSeconds)
      assert.equal(store.statistics.waiting, 0)
    })

    test('answers a ping, and scrubs without harm', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      await Promise.all([store.scrub(), store.scrub(), store.transact((tx) => tx.insert(book, [aBook('b')]))])
      await store.ping()
      assert.deepEqual(await ids(store), ['a', 'b'])
    })
  })
}

async function ids(store: Store): Promise<string[]> {
  return (await store.read.all(allBooks, {})).map((row) => row.id)
}
