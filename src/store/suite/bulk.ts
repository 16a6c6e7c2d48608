import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { anyText } from '../../testing/any-text.ts'
import { statements } from '../statement.ts'
import type { Store } from '../store.ts'
import { table } from '../table.ts'
import { aBook, allBooks, type BookRow, book } from './cast.ts'
import { plain, raw, type Subject, use } from './subject.ts'

const rows: fc.Arbitrary<BookRow[]> = fc.uniqueArray(
  fc.record({
    account: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    // PostgreSQL has no character of code 0; the edge refuses it.
    id: anyText.map((text) => text.replaceAll('\0', '')),
    title: fc.constant(null),
    pages: fc.option(fc.maxSafeInteger()),
    shelf: fc.constant(null),
  }),
  { selector: (row) => `${row.account} ${row.id}`, maxLength: 90 },
)

export function testBulk(subject: Subject): void {
  describe(`bulk writes on ${subject.name}`, () => {
    for (const size of [0, 1, 3, 4, 5, 16, 21, 63, 64, 65, 85, 1_000]) {
      test(`inserts ${size} rows at once`, async (t) => {
        const store = await use(subject, t)
        const inserted = manyBooks(size)
        assert.equal(await store.transact((tx) => tx.insert(book, inserted)), size)
        assert.deepEqual(plain(await store.read.all(allBooks, {})), inserted)
      })
    }

    test('reads back any row as it was written', async (t) => {
      const store = await use(subject, t)
      await fc.assert(
        fc.asyncProperty(rows, async (written) => {
          await store.transact(async (tx) => {
            await tx.run(clear, {})
            await tx.insert(book, written)
          })
          const key = (row: BookRow) => JSON.stringify(row)
          assert.deepEqual((await store.read.all(allBooks, {})).map(key).sort(), written.map(key).sort())
        }),
        { numRuns: 50 },
      )
    })

    test('passes over rows that are already there, and tells how many were new', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('b0003', { pages: 1 }), aBook('x', { title: 'Title 5' })]))
      const again = [...manyBooks(70), aBook('b0001', { pages: 99 })]
      assert.equal(await store.transact((tx) => tx.insert(book, again, 'nothing')), 68)
      const found = await store.read.all(allBooks, {})
      assert.equal(found.length, 70)
      assert.equal(found.find((row) => row.id === 'b0003')?.pages, 1)
      assert.equal(found.find((row) => row.id === 'b0001')?.pages, 1)
      assert.equal(
        found.find((row) => row.id === 'b0005'),
        undefined,
      )
    })

    test('updates each row with its own values, and tells how many it found', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, manyBooks(100)))
      const changed = await store.transact((tx) =>
        tx.update(
          book,
          ['id', 'account'],
          ['pages', 'title'],
          [
            { account: 1, id: 'b0001', pages: null, title: 'One' },
            { account: 1, id: 'b0002', pages: 20, title: null },
            { account: 2, id: 'b0003', pages: 30, title: 'Of another account' },
            { account: 1, id: 'b0004', pages: 4, title: 'Title 4' },
          ],
        ),
      )
      assert.equal(changed, 3)
      assert.equal(await store.transact((tx) => tx.update(book, ['id'], ['pages'], [])), 0)
      const found = await store.read.all(allBooks, {})
      assert.deepEqual(
        found.slice(0, 5).map(({ pages, title }) => [pages, title]),
        [
          [0, 'Title 0'],
          [null, 'One'],
          [20, null],
          [3, 'Title 3'],
          [4, 'Title 4'],
        ],
      )
    })

    test('inserts into the widest table there may be', async (t) => {
      const store = await use(subject, t)
      const names = Array.from({ length: 500 }, (_, n) => `c${n}`)
      const wide = table('wide', Object.fromEntries(names.map((name) => [name, 'big' as const])))
      const width = store.dialect === 'sqlite' ? 'integer' : 'bigint'
      await store.transact((tx) => tx.run(raw(`create table wide (${names.map((n) => `${n} ${width}`).join()})`), {}))
      const written = Array.from({ length: 70 }, (_, row) =>
        Object.fromEntries(names.map((name, n) => [name, row * n])),
      )
      assert.equal(await store.transact((tx) => tx.insert(wide, written)), 70)
      const last = await store.read.get(raw<{ c499: number }>('select c499 from wide order by c499 desc limit 1'), {})
      assert.equal(last?.c499, 69 * 499)
    })

    test('tells tables of one name apart that have other columns', async (t) => {
      const store = await use(subject, t)
      const untold = table('book', { account: 'int', id: 'text' })
      await store.transact((tx) => tx.insert(book, [aBook('a', { pages: 7 })]))
      await store.transact((tx) => tx.insert(untold, [{ account: 1, id: 'b' }]))
      const pages = (await store.read.all(allBooks, {})).map(({ id, pages }) => [id, pages])
      assert.deepEqual(pages, [
        ['a', 7],
        ['b', null],
      ])
    })

    test('refuses a row that lacks a column', async (t) => {
      const store = await use(subject, t)
      const { pages: _, ...lacking } = aBook('a')
      await assert.rejects(store.transact((tx) => tx.insert(book, [lacking as BookRow])))
      assert.equal(await countOf(store), 0)
    })
  })
}

export function manyBooks(size: number): BookRow[] {
  return Array.from({ length: size }, (_, n) =>
    aBook(`b${String(n).padStart(4, '0')}`, { pages: n, title: `Title ${n}` }),
  )
}

const statement = statements<{ book: BookRow }>()
const clear = statement<object>()((db) => db.deleteFrom('book'))

async function countOf(store: Store): Promise<number> {
  return (await store.read.all(allBooks, {})).length
}
