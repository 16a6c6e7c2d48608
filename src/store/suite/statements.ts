import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aBook, allBooks, book, bookById, booksByIds, booksByPages, booksByTitle, figures } from './cast.ts'
import { plain, raw, type Subject, use } from './subject.ts'

const awkward = [
  '',
  ' ',
  '0',
  '007',
  '1e3',
  'null',
  'NULL',
  '{',
  '}',
  '{a,b}',
  ',',
  '"',
  "'",
  '\\',
  'a\nb',
  '日本',
  '🧵',
  '[1]',
  '%_',
]

export function testStatements(subject: Subject): void {
  describe(`statements on ${subject.name}`, () => {
    test('finds texts by a list, however they look', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [...awkward.map((id) => aBook(id)), aBook('7'), aBook('other')]))
      const found = await store.read.all(booksByIds, { ids: awkward })
      assert.deepEqual(new Set(found.map((row) => row.id)), new Set(awkward))
      for (const id of awkward) {
        assert.deepEqual(
          (await store.read.all(booksByIds, { ids: [id] })).map((row) => row.id),
          [id],
        )
      }
    })

    test('finds whole numbers by a list', async (t) => {
      const store = await use(subject, t)
      const pages = [Number.MIN_SAFE_INTEGER, -1, 0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER]
      await store.transact((tx) =>
        tx.insert(
          book,
          [...pages, 5, null].map((n, at) => aBook(`b${at}`, { pages: n })),
        ),
      )
      const found = await store.read.all(booksByPages, { pages })
      assert.deepEqual(
        found.map((row) => row.pages),
        pages,
      )
    })

    test('takes lists of no length and of great length', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('b7', { pages: 7 })]))
      assert.deepEqual(await store.read.all(booksByIds, { ids: [] }), [])
      assert.deepEqual(await store.read.all(booksByPages, { pages: [] }), [])
      const ids = Array.from({ length: 100_000 }, (_, n) => `b${n}`)
      assert.equal((await store.read.all(booksByIds, { ids })).length, 1)
      assert.equal((await store.read.all(booksByPages, { pages: ids.map((_, n) => n) })).length, 1)
    })

    test('answers a row with its nulls, or undefined', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a', { pages: null })]))
      assert.deepEqual({ ...(await store.read.get(bookById, { id: 'a' })) }, aBook('a', { pages: null }))
      assert.equal(await store.read.get(bookById, { id: 'b' }), undefined)
    })

    test('answers counts, sums and truth as numbers', async (t) => {
      const store = await use(subject, t)
      const rows = [aBook('a', { pages: 2 ** 40, title: 'T' }), aBook('b', { pages: 2 ** 40 })]
      await store.transact((tx) => tx.insert(book, rows))
      assert.deepEqual(plain(await store.read.all(figures, { title: 'T' })), [{ count: 2, sum: 2 ** 41, found: 1 }])
      assert.deepEqual(plain(await store.read.all(figures, { title: 'U' })), [{ count: 2, sum: 2 ** 41, found: 0 }])
    })

    test('refuses a number that is too large to be exact', async (t) => {
      const store = await use(subject, t)
      await assert.rejects(store.read.all(raw('select 9007199254740993 as n'), {}), /too large/)
    })

    test('orders texts by their bytes', async (t) => {
      const store = await use(subject, t)
      const titles = ['B', 'Z', '_', 'a', 'ab', 'b', 'z', 'Ä', 'é', '\uff5e', '🧵']
      const rows = titles.toReversed().map((title, at) => aBook(`b${at}`, { title }))
      await store.transact((tx) => tx.insert(book, rows))
      assert.deepEqual(
        (await store.read.all(booksByTitle, {})).map((row) => row.title),
        titles,
      )
    })

    test('refuses to run without one of its parameters', async (t) => {
      const store = await use(subject, t)
      await assert.rejects(store.read.all(bookById, {} as { id: string }), /executed with "id"/)
      await assert.rejects(
        store.transact((tx) => tx.all(bookById, {} as { id: string })),
        /executed with "id"/,
      )
    })

    test('goes on after a statement that the database can not read', async (t) => {
      const store = await use(subject, t)
      const broken = raw('select from where')
      await assert.rejects(store.read.all(broken, {}), /syntax/)
      await assert.rejects(
        store.transact((tx) => tx.all(broken, {})),
        /syntax/,
      )
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      assert.equal((await store.read.all(allBooks, {})).length, 1)
    })
  })
}
