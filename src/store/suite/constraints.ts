import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { isUniqueViolation, type Tx } from '../store.ts'
import { aBook, allBooks, type BookRow, book, bookById } from './cast.ts'
import { type Subject, use } from './subject.ts'

const violations: { name: string; unique: boolean; cause(tx: Tx): Promise<unknown> }[] = [
  { name: 'a primary key that is taken', unique: true, cause: (tx) => tx.insert(book, [aBook('a')]) },
  {
    name: 'a unique index that is taken',
    unique: true,
    cause: (tx) => tx.insert(book, [aBook('b', { title: 'Title' })]),
  },
  {
    name: 'an update onto a unique index that is taken',
    unique: true,
    cause: async (tx) => {
      await tx.insert(book, [aBook('c')])
      await tx.update(book, ['account', 'id'], ['title'], [{ account: 1, id: 'c', title: 'Title' }])
    },
  },
  {
    name: 'null where there must be a value',
    unique: false,
    cause: (tx) => tx.insert(book, [{ ...aBook('b'), account: null } as unknown as BookRow]),
  },
  {
    name: 'a fraction for a whole number',
    unique: false,
    cause: (tx) => tx.insert(book, [aBook('b', { pages: 1.5 })]),
  },
  {
    name: 'a text for a number',
    unique: false,
    cause: (tx) => tx.insert(book, [{ ...aBook('b'), pages: 'many' } as unknown as BookRow]),
  },
]

export function testConstraints(subject: Subject): void {
  describe(`constraints on ${subject.name}`, () => {
    for (const { name, unique, cause } of violations) {
      test(`refuses ${name}`, async (t) => {
        const store = await use(subject, t)
        await store.transact((tx) => tx.insert(book, [aBook('a', { title: 'Title' })]))
        const error = await store.transact(cause).catch((refusal: unknown) => refusal)
        assert.ok(error instanceof Error && !(error instanceof Failure))
        assert.equal(isUniqueViolation(error), unique)
        assert.equal((await store.read.all(allBooks, {})).length, 1)
      })

      test(`saves nothing after ${name}, also when the function goes on`, async (t) => {
        const store = await use(subject, t)
        await store.transact((tx) => tx.insert(book, [aBook('a', { title: 'Title' })]))
        let first: unknown
        let second: unknown
        const error = await store
          .transact(async (tx) => {
            await tx.insert(book, [aBook('z')])
            first = await cause(tx).catch((refusal: unknown) => refusal)
            second = await tx.get(bookById, { id: 'a' }).catch((refusal: unknown) => refusal)
            return 'done'
          })
          .catch((refusal: unknown) => refusal)
        assert.ok(error instanceof Error)
        assert.equal(error, first)
        assert.equal(error, second)
        assert.equal((await store.read.all(allBooks, {})).length, 1)
      })
    }

    test('answers the Failure that a function makes of a violation', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      const failing = store.transact(async (tx) => {
        await tx.insert(book, [aBook('a')]).catch((cause) => {
          if (isUniqueViolation(cause)) throw new Failure('conflict', 'taken')
        })
      })
      await assert.rejects(failing, (error) => error instanceof Failure && error.kind === 'conflict')
    })

    test('saves nothing when a statement fails that nobody waited for', async (t) => {
      const store = await use(subject, t)
      await store.transact((tx) => tx.insert(book, [aBook('a')]))
      const failing = store.transact(async (tx) => {
        void tx.insert(book, [aBook('b')])
        void tx.insert(book, [aBook('a')]).catch(() => {})
        return 'done'
      })
      await assert.rejects(failing, isUniqueViolation)
      assert.equal((await store.read.all(allBooks, {})).length, 1)
    })

    test('rejects when the COMMIT fails, saves nothing of it and goes on', async (t) => {
      const store = await use(subject, t)
      const homeless = store.transact((tx) => tx.insert(book, [aBook('a', { shelf: 'nowhere' })]))
      await assert.rejects(homeless, (error) => /foreign key/i.test(String(error)) && !isUniqueViolation(error))
      assert.deepEqual(await store.read.all(allBooks, {}), [])
      assert.equal(await store.transact((tx) => tx.insert(book, [aBook('a')])), 1)
    })

    test('takes nothing else for a unique violation', () => {
      const others = [undefined, null, 'text', {}, new Error('no'), Object.assign(new Error('no'), { code: 'EPIPE' })]
      for (const other of others) assert.equal(isUniqueViolation(other), false)
    })
  })
}
