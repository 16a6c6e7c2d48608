import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import { createDatabase, execute } from '../../test/postgres.ts'
import { Failure } from '../kernel/failure.ts'
import { openStore } from './open.ts'
import type { Store } from './store.ts'
import { aBook, allBooks, book, bookById, lockBook, removeAllBooks, removeBook } from './suite/cast.ts'
import { postgresSubject } from './suite/postgres-subject.ts'
import { quiet, raw, use } from './suite/subject.ts'

const { subject, database } = await postgresSubject()

describe('trouble with PostgreSQL', () => {
  test('runs the loser of two transactions that wait for each other again, once', async (t) => {
    const store = await use(subject, t)
    await store.transact((tx) => tx.insert(book, [aBook('a'), aBook('b')]))
    const met = meeting(2)
    const won = Promise.withResolvers<void>()
    let runs = 0
    const lockBoth = (first: string, second: string) =>
      store
        .transact(async (tx) => {
          runs += 1
          // Nothing keeps a row that was let go for the one that waited for it: the loser could be quicker and lose again.
          if (runs > 2) await won.promise
          await tx.get(lockBook, { id: first })
          await met()
          await tx.get(lockBook, { id: second })
          return first
        })
        .finally(won.resolve)
    assert.deepEqual(await Promise.all([lockBoth('a', 'b'), lockBoth('b', 'a')]), ['a', 'b'])
    assert.equal(runs, 3)
    assert.equal(store.statistics.retries, 1)
  })

  for (const code of ['40001', '40P01']) {
    test(`runs a transaction again that ended with ${code}, also when it made something else of it`, async (t) => {
      const store = await use(subject, t)
      let runs = 0
      const value = await store.transact(async (tx) => {
        runs += 1
        await tx.insert(book, [aBook('a')])
        if (runs === 1) await tx.run(raise(code), {}).catch(() => Promise.reject(new Error('no')))
        if (runs === 2) await tx.run(raise(code), {}).catch(() => {})
        return runs
      })
      assert.equal(value, 3)
      assert.equal((await store.read.all(allBooks, {})).length, 1)
    })
  }

  test('answers unavailable when a transaction keeps losing', async (t) => {
    const store = await use(subject, t)
    const statement = raise('40001')
    let runs = 0
    const losing = store.transact((tx) => {
      runs += 1
      return tx.run(statement, {})
    })
    await assert.rejects(losing, isUnavailable)
    await assert.rejects(losing, /at the same time, again and again/)
    assert.equal(runs, 30)
  })

  for (const code of ['55P03', '53100', '57014', '25006', '58030']) {
    test(`answers ${code} as unavailable`, async (t) => {
      const store = await use(subject, t)
      const failing = store.transact((tx) => tx.run(raise(code), {}))
      await assert.rejects(failing, isUnavailable)
      assert.equal(await store.transact((tx) => tx.insert(book, [aBook('a')])), 1)
    })
  }

  test('tells a lock that it did not get from a database that does not answer', async (t) => {
    const store = await use(subject, t)
    const failing = store.transact((tx) => tx.run(raise('55P03'), {}))
    await assert.rejects(failing, /held what this change needs for too long/)
  })

  test('runs a transaction again that the database ended because this process stood still, however often it does once', async (t) => {
    const store = await use(subject, t)
    let runs = 0
    const insert = (id: string, isStandingStill: () => boolean) =>
      store.transact(async (tx) => {
        runs += 1
        await tx.run(raw("set local idle_in_transaction_session_timeout = '10ms'"), {})
        if (isStandingStill()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
        await tx.insert(book, [aBook(id)])
      })
    await insert('a', () => runs === 1)
    assert.deepEqual([runs, store.statistics.retries], [2, 1])
    await assert.rejects(
      insert('b', () => true),
      isUnavailable,
    )
    assert.equal(runs, 4)
    assert.deepEqual(
      (await store.read.all(allBooks, {})).map(({ id }) => id),
      ['a'],
    )
  })

  test('waits once more for a lock, and for a connection', async (t) => {
    const store = await use(subject, t)
    let runs = 0
    await store.transact(async (tx) => {
      runs += 1
      await tx.insert(book, [aBook('a')])
      if (runs === 1) await tx.run(raise('55P03'), {})
    })
    assert.equal(runs, 2)
    const late = () => Promise.reject(new Error('timeout exceeded when trying to connect'))
    t.mock.method(pg.Pool.prototype, 'connect', late, { times: 1 })
    assert.equal(await store.transact((tx) => tx.insert(book, [aBook('b')])), 1)
    t.mock.method(pg.Pool.prototype, 'connect', late, { times: 2 })
    await assert.rejects(
      store.transact((tx) => tx.insert(book, [aBook('c')])),
      isUnavailable,
    )
  })

  test('asks again what was not answered in time, but for a COMMIT, which may have been heard', async (t) => {
    const store = await use(subject, t)
    await store.transact((tx) => tx.insert(book, [aBook('a')]))
    const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<pg.QueryResult>
    const silent = (isAbout: (text: string) => boolean) => {
      let asked = 0
      const mock = t.mock.method(pg.Client.prototype, 'query', function (this: pg.Client, ...args: unknown[]) {
        const first = args[0] as string | { text: string }
        if (!isAbout(typeof first === 'string' ? first : first.text)) return query.apply(this, args)
        asked += 1
        return asked > 1 ? query.apply(this, args) : Promise.reject(new Error('Query read timeout'))
      })
      return { asked: () => asked, end: () => mock.mock.restore() }
    }
    const insert = silent((text) => text.startsWith('insert'))
    assert.equal(await store.transact((tx) => tx.insert(book, [aBook('b')])), 1)
    insert.end()
    const commit = silent((text) => text === 'commit')
    await assert.rejects(
      store.transact((tx) => tx.insert(book, [aBook('c')])),
      isUnavailable,
    )
    commit.end()
    assert.deepEqual([insert.asked(), commit.asked()], [2, 1])
  })

  test('waits for an answer longer where a statement goes through any number of rows', async (t) => {
    const store = await use(subject, t)
    const query = t.mock.method(pg.Client.prototype, 'query')
    await store.transact((tx) => tx.run(removeAllBooks, {}))
    await store.transact((tx) => tx.run(removeBook, { id: 'a' }))
    const patience = query.mock.calls.flatMap(({ arguments: [first] }) => {
      const { text, query_timeout } = first as unknown as { text?: string; query_timeout?: number }
      return text?.startsWith('delete') ? [(query_timeout ?? 0) > 3_600_000] : []
    })
    assert.deepEqual(patience, [true, false])
  })

  test('answers unavailable when its connections are cut in a transaction, a read and a rest, and goes on', async (t) => {
    const store = await use(subject, t)
    await store.transact((tx) => tx.insert(book, [aBook('a')]))
    const reached = Promise.withResolvers<void>()
    const cut = Promise.withResolvers<void>()
    const writing = store.transact(async (tx) => {
      await tx.insert(book, [aBook('b')])
      reached.resolve()
      await cut.promise
      await tx.insert(book, [aBook('c')])
    })
    const reading = assert.rejects(store.read.all(raw('select pg_sleep(30)'), {}), isUnavailable)
    await Promise.all([reached.promise, busyReader()])
    await execute(database.url, cutOthers)
    cut.resolve()
    await Promise.all([assert.rejects(writing, isUnavailable), reading])
    await until(() => store.read.get(bookById, { id: 'a' }))
    assert.equal(await store.transact((tx) => tx.insert(book, [aBook('d')])), 1)
    assert.deepEqual(
      (await store.read.all(allBooks, {})).map((row) => row.id),
      ['a', 'd'],
    )
  })

  test('survives a cut while a function does nothing', async (t) => {
    const store = await use(subject, t)
    const reached = Promise.withResolvers<void>()
    const cut = Promise.withResolvers<void>()
    const idle = store.transact(async (tx) => {
      await tx.get(bookById, { id: 'a' })
      reached.resolve()
      await cut.promise
    })
    await reached.promise
    await execute(database.url, cutOthers)
    cut.resolve()
    await assert.rejects(idle, isUnavailable)
    assert.equal(await until(() => store.transact((tx) => tx.insert(book, [aBook('a')]))), 1)
  })

  test('prepares its statements again when a migration has changed their table', async (t) => {
    const store = await use(subject, t)
    await store.transact((tx) => tx.insert(book, [aBook('a')]))
    const everything = raw('select * from book')
    await readAndWrite(store, everything)
    await execute(database.url, 'alter table book add column author text')
    await readAndWrite(store, everything)
    await execute(database.url, 'alter table book drop column author')
    await Promise.all(Array.from({ length: 20 }, () => readAndWrite(store, everything)))
  })

  test('says what is wrong when the server can not be reached', async () => {
    const refused = await createDatabase({ fast: true })
    await refused.drop()
    await assert.rejects(openStore(refused.url, { log: quiet }), (error: Error) => {
      assert.match(error.message, /PostgreSQL at postgres:\/\/skein:\*\*\*@.* does not let us in: .*does not exist/)
      return true
    })
    const nobody = 'postgres://skein:secret@127.0.0.1:1/skein'
    await assert.rejects(openStore(nobody, { log: quiet }), /does not let us in: .*ECONNREFUSED/)
  })

  test('answers unavailable, not an error of its own, when the server goes away for good', async (t) => {
    const lost = await createDatabase({ fast: true })
    const store = await openStore(lost.url, { log: quiet })
    t.after(() => store.close())
    await lost.drop()
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await assert.rejects(
        store.transact((tx) => tx.all(raw('select 1'), {})),
        isUnavailable,
      )
    }
  })
})

const cutOthers =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'

function raise(code: string) {
  return raw(`do $$ begin raise exception 'provoked' using errcode = '${code}'; end $$`)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Failure && error.kind === 'unavailable' && error.cause instanceof Error
}

/** Lets nobody past the first time before `size` have come. */
function meeting(size: number): () => Promise<void> {
  const all = Promise.withResolvers<void>()
  let come = 0
  return () => {
    come += 1
    if (come === size) all.resolve()
    return all.promise
  }
}

async function readAndWrite(store: Store, statement: ReturnType<typeof raw>): Promise<void> {
  assert.equal((await store.read.all(statement, {})).length, 1)
  assert.equal((await store.transact((tx) => tx.all(statement, {}))).length, 1)
}

/** Waits until the server sees the sleeping reader. */
async function busyReader(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    for (;;) {
      const { rows } = await client.query(
        "select 1 from pg_stat_activity where state = 'active' and query = 'select pg_sleep(30)'",
      )
      if (rows.length > 0) return
    }
  } finally {
    await client.end()
  }
}

/** Tries again while connections that were cut are still being found out. */
async function until<T>(action: () => Promise<T>, attempts = 20): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action()
    } catch (error) {
      if (attempt === attempts) throw error
    }
  }
}
