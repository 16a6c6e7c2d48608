import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { GuestReport } from './guest-turns.ts'
import { type SqliteOptions, SqliteStore } from './sqlite.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import type { LogChore } from './store.ts'
import { aBook, allBooks, book, schema } from './suite/cast.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet } from './suite/subject.ts'

const idle: GuestReport = { transactions: 0, commits: 0, retries: 0, commitSeconds: 0 }

describe('a file that another thread writes to as well', () => {
  test('is not offered where there is no file', async () => {
    const store = new SqliteStore(':memory:', quiet)
    assert.equal(store.shared, undefined)
    await store.close()
  })

  test('holds what either of them wrote, and counts it', async (t) => {
    const { store, guest } = library(t)
    const { commits, intakeCommits } = store.statistics
    await write(store, 'own')
    await turn(store, () => guest.transact((tx) => tx.insert(book, [aBook('guest')])))
    await write(store, 'own again')
    assert.deepEqual(await titles(store), ['guest', 'own', 'own again'])
    assert.equal(store.statistics.commits, commits + 3)
    assert.equal(store.statistics.intakeCommits, intakeCommits + 1)
  })

  test('lets guests in together, its own write next, and then those who came later', async (t) => {
    const { store } = library(t)
    const order: string[] = []
    const ends = ['a', 'b', 'c'].map(() => Promise.withResolvers<void>())
    const guests = ['a', 'b'].map((name, at) => visit(store, name, order, ends[at]?.promise))
    await soon()
    const own = write(store, 'own').then(() => order.push('own'))
    const late = visit(store, 'c', order, ends[2]?.promise)
    await soon()
    assert.deepEqual(order, ['a in', 'b in'])
    assert.equal(store.statistics.waiting, 2)
    for (const { resolve } of ends) resolve()
    await Promise.all([...guests, own, late])
    assert.deepEqual(order, ['a in', 'b in', 'a out', 'b out', 'own', 'c in', 'c out'])
  })

  test('lets waiting guests in before its second batch', async (t) => {
    const { store } = library(t)
    const order: string[] = []
    const first = write(store, 'first').then(() => write(store, 'second').then(() => order.push('second')))
    const guest = visit(store, 'guest', order)
    await Promise.all([first, guest])
    assert.deepEqual(order, ['guest in', 'guest out', 'second'])
  })

  test('is opened by a guest in the middle of a write', async (t) => {
    const { store, path } = library(t)
    await store.transact(async (tx) => {
      await tx.insert(book, [aBook('own')])
      new SqliteWriter(path).close()
    })
    assert.deepEqual(await titles(store), ['own'])
  })

  test('tells what keeps a guest from writing as a passing outage', async (t) => {
    const { store, guest, path } = library(t)
    const other = new SqliteWriter(path)
    t.after(() => other.close())
    const blocked = await other.transact(async (tx) => {
      await tx.insert(book, [aBook('first')])
      return (await guest.transact(async () => {})).outcome
    })
    assert.ok(blocked.outcome.ok && !blocked.outcome.value.ok)
    assert.match(String(blocked.outcome.value.error), /can not be written at the moment/)
    assert.deepEqual(await titles(store), ['first'])
  })

  test('undoes what a guest could not finish', async (t) => {
    const { store, guest } = library(t)
    const { outcome, report } = await guest.transact(async (tx) => {
      await tx.insert(book, [aBook('half')])
      throw new Error('a bug')
    })
    assert.ok(!outcome.ok && /a bug/.test(String(outcome.error)))
    assert.equal(report.commits, 0)
    assert.deepEqual(await titles(store), [])
  })

  test('has its log written over by whoever writes', async (t) => {
    const { store, guest } = library(t, { commitsPerCheckpoint: 1, maxBytes: 100_000 })
    const chores: (LogChore | undefined)[] = []
    for (let round = 0; round < 2_000 && chores.at(-1) === undefined; round += 1) {
      const title = 'x'.repeat(1_000)
      await turn(
        store,
        () => guest.transact((tx) => tx.insert(book, [{ ...aBook(String(round)), title: `${round}${title}` }])),
        chores,
      )
      await soon()
    }
    assert.equal(chores.at(-1), 'truncate')
    guest.doChore('truncate')
  })

  test('is given back after the last turn, and to nobody afterwards', async (t) => {
    const { store, guest } = library(t)
    const order: string[] = []
    const end = Promise.withResolvers<void>()
    const visiting = visit(store, 'guest', order, end.promise)
    await soon()
    const scrubbed = store.scrub().then(() => order.push('scrubbed'))
    await soon()
    end.resolve()
    await Promise.all([visiting, scrubbed])
    assert.deepEqual(order, ['guest in', 'guest out', 'scrubbed'])
    const last = visit(store, 'last', order)
    await soon()
    guest.close()
    await Promise.all([last, store.close()])
    await assert.rejects(visit(store, 'late', order), /The store is closed/)
  })
})

function library(t: TestContext, options: SqliteOptions = {}) {
  const path = join(temporaryFolder(t), 'skein.db')
  const store = new SqliteStore(path, quiet, options)
  store.migrate(({ db }) => db.exec(schema.sqlite.join(';')))
  const guest = new SqliteWriter(path)
  t.after(async () => {
    guest.close()
    await store.close()
  })
  return { store, guest, path }
}

function write(store: SqliteStore, id: string): Promise<number> {
  return store.transact((tx) => tx.insert(book, [aBook(id)]))
}

async function titles(store: SqliteStore): Promise<string[]> {
  return (await store.read.all(allBooks, {})).map((row) => row.id)
}

type Turned = Awaited<ReturnType<SqliteWriter['transact']>>

async function turn(store: SqliteStore, fn: () => Promise<Turned>, chores: (LogChore | undefined)[] = []) {
  await store.shared?.turn(async (chore) => {
    chores.push(chore)
    const { outcome, report } = await fn()
    return { value: outcome, report }
  })
}

/** A turn in which nothing is written; it ends when it is told to. */
async function visit(store: SqliteStore, name: string, order: string[], end?: Promise<void>): Promise<void> {
  await store.shared?.turn(async () => {
    order.push(`${name} in`)
    await end
    order.push(`${name} out`)
    return { value: undefined, report: idle }
  })
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
