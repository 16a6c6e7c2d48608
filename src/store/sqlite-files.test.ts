import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openStore } from './open.ts'
import { SqliteStore } from './sqlite.ts'
import { openSqliteConnection } from './sqlite-connection.ts'
import type { Store } from './store.ts'
import { manyBooks } from './suite/bulk.ts'
import { aBook, allBooks, book, removeBook, schema } from './suite/cast.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet, raw } from './suite/subject.ts'

describe('the files of SQLite', () => {
  test('belong to one store at a time, by whatever name it opens them', async (t) => {
    const folder = temporaryFolder(t)
    const first = await open(join(folder, 'skein.db'))
    mkdirSync(join(folder, 'other'))
    symlinkSync(join(folder, 'skein.db'), join(folder, 'other', 'alias.db'))
    for (const name of ['skein.db', './other/../skein.db', 'other/alias.db']) {
      await assert.rejects(open(join(folder, name)), /Another Skein is already working on .*skein\.db/)
    }
    await first.close()
    const second = await open(join(folder, 'other', 'alias.db'))
    await second.close()
  })

  test('belong to one process at a time, and to nobody when it was killed', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = startWriter(path)
    await once(writer.lines, 'line')
    await assert.rejects(open(path), /Another Skein is already working/)
    writer.kill()
    await writer.ended
    const store = await open(path)
    await store.close()
  })

  test('hold every acknowledged row after a kill', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = startWriter(path)
    const acknowledged: string[] = []
    writer.lines.on('line', (id: string) => {
      acknowledged.push(id)
      if (acknowledged.length === 1_500) writer.kill()
    })
    await writer.ended
    const store = await open(path)
    t.after(() => store.close())
    const found = new Set((await store.read.all(allBooks, {})).map((row) => row.id))
    assert.ok(acknowledged.length >= 1_500)
    assert.deepEqual(
      acknowledged.filter((id) => !found.has(id)),
      [],
    )
  })

  test('are set as we say', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const store = await open(path)
    t.after(() => store.close())
    const writer = openSqliteConnection(path, { readOnly: false })
    const reader = openSqliteConnection(path, { readOnly: true })
    const setting = (db: DatabaseSync, name: string) => Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]
    const settings = { auto_vacuum: 2, journal_mode: 'wal', synchronous: 1, secure_delete: 1, foreign_keys: 1 }
    for (const [name, value] of Object.entries(settings)) assert.equal(setting(writer.db, name), value, name)
    assert.equal(setting(writer.db, 'wal_autocheckpoint'), 0)
    assert.equal(setting(reader.db, 'query_only'), 1)
    assert.throws(() => reader.db.exec('create table t (a)'), /readonly/)
    writer.close()
    reader.close()
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('leave nothing but the database and its lock behind when they are closed', async (t) => {
    const folder = temporaryFolder(t)
    const store = await open(join(folder, 'skein.db'))
    await store.transact((tx) => tx.run(raw('create table t (a) '), {}))
    await store.close()
    assert.deepEqual(readdirSync(folder).sort(), ['skein.db', 'skein.db.lock'])
  })

  test('keep few prepared statements, whatever number of rows is written at once', () => {
    const connection = openSqliteConnection(':memory:', { readOnly: false })
    for (const text of schema.sqlite) connection.db.exec(text)
    for (let size = 0; size < 200; size += 1) connection.insert(book, manyBooks(size), 'nothing')
    connection.update(book, ['account', 'id'], ['pages'], manyBooks(200) as never)
    assert.equal(connection.preparedCount, 5)
    connection.close()
  })
})

describe('the log of SQLite', () => {
  test('is moved into the file by the worker while the writer goes on', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const store = tables(new SqliteStore(path, quiet, { commitsPerCheckpoint: 1 }))
    t.after(() => store.close())
    await store.transact((tx) => tx.insert(book, [aBook('marker')]))
    // The worker works when it likes; each commit asks it again.
    for (let n = 0; !readFileSync(path).includes('marker'); n += 1) {
      await store.transact((tx) => tx.insert(book, [aBook(`b${n}`)]))
      await setTimeout(1)
    }
  })

  test('starts over when it has grown large, under writes that never rest', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const store = tables(new SqliteStore(path, quiet, { commitsPerCheckpoint: 4, maxBytes: 1_000_000 }))
    t.after(() => store.close())
    const sizes: number[] = []
    const write = async (lane: number) => {
      for (let n = 0; n < 60; n += 1) {
        const rows = [aBook(`b${lane}-${n}`, { title: `${lane}-${n}`.repeat(2_000) })]
        await store.transact((tx) => tx.insert(book, rows))
        sizes.push(statSync(`${path}-wal`).size)
      }
    }
    await Promise.all(Array.from({ length: 80 }, (_, lane) => write(lane)))
    assert.ok(sizes.some((size, at) => size < (sizes[at - 1] ?? 0)))
  })
})

describe('scrub on SQLite', () => {
  test('leaves no deleted text in any file, also where pages were split', async (t) => {
    const folder = temporaryFolder(t)
    const path = join(folder, 'skein.db')
    const store = tables(new SqliteStore(path, quiet))
    t.after(() => store.close())
    const ids = await writeSecrets(store)
    assert.ok(secretsIn(folder) > 0)
    await Promise.all([deleteAll(store, ids).then(() => store.scrub()), store.scrub()])
    assert.equal(secretsIn(folder), 0)
    assert.equal((await store.read.all(allBooks, {})).length, 4_500)
    assert.equal(await store.transact((tx) => tx.insert(book, [aBook('afterwards')])), 1)
  })

  test('gives the pages of deleted rows back when the file is too large to be written anew', async (t) => {
    const folder = temporaryFolder(t)
    const path = join(folder, 'skein.db')
    const store = tables(new SqliteStore(path, quiet, { maxRebuildBytes: 0 }))
    t.after(() => store.close())
    await store.transact((tx) => tx.insert(book, [aBook('secret', { title: 'SECRET'.repeat(1_000_000) })]))
    await store.scrub()
    assert.ok(statSync(path).size > 6_000_000)
    await store.transact((tx) => tx.run(removeBook, { id: 'secret' }))
    await store.scrub()
    assert.ok(statSync(path).size < 1_000_000)
    assert.equal(secretsIn(folder), 0)
    assert.equal(statSync(`${path}-wal`).size, 0)
  })
})

describe('opening SQLite', () => {
  const cases: { name: string; prepare(folder: string): string; says: RegExp }[] = [
    {
      name: 'a folder that can not be made',
      prepare: (folder) => {
        writeFileSync(join(folder, 'file'), '')
        return join(folder, 'file', 'skein.db')
      },
      says: /The database .*file\/skein\.db can not be written: (ENOTDIR|EEXIST)/,
    },
    { name: 'a folder', prepare: (folder) => folder, says: /can not be written: EISDIR/ },
    {
      name: 'a lock that can not be made',
      prepare: (folder) => {
        mkdirSync(join(folder, 'skein.db.lock'))
        return join(folder, 'skein.db')
      },
      says: /The lock file .*skein\.db\.lock could not be made: unable to open/,
    },
    {
      name: 'a file of another kind',
      prepare: (folder) => {
        writeFileSync(join(folder, 'skein.db'), 'Dear diary, '.repeat(1_000))
        return join(folder, 'skein.db')
      },
      says: /The database .*skein\.db could not be opened: file is not a database/,
    },
  ]
  for (const { name, prepare, says } of cases) {
    test(`says what is wrong with ${name}`, async (t) => {
      const path = prepare(temporaryFolder(t))
      await assert.rejects(open(path), says)
      // And holds nothing afterwards.
      await assert.rejects(open(path), says)
    })
  }

  test('makes the folders on the way, also for an address with slashes', async (t) => {
    const folder = temporaryFolder(t)
    const store = await openStore(`sqlite://${folder}/a/b/skein.db`, { log: quiet })
    await store.close()
    assert.ok(existsSync(join(folder, 'a', 'b', 'skein.db')))
  })

  test('says which addresses there are', async () => {
    for (const url of ['', 'sqlite:', 'mysql://me:secret@host/db', '/data/skein.db']) {
      await assert.rejects(openStore(url, { log: quiet }), (error: Error) => {
        assert.match(error.message, /must be sqlite:PATH or postgres:/)
        assert.doesNotMatch(error.message, /secret/)
        return true
      })
    }
  })
})

function open(path: string): Promise<Store> {
  return openStore(`sqlite:${path}`, { log: quiet })
}

function tables(store: SqliteStore): SqliteStore {
  store.migrate((connection) => {
    for (const text of schema.sqlite) connection.db.exec(text)
  })
  return store
}

/** Rows whose keys come in no order, so that pages are split; a tenth of them is secret. */
async function writeSecrets(store: Store): Promise<string[]> {
  const secret: string[] = []
  for (let n = 0; n < 5_000; n += 500) {
    const rows = Array.from({ length: 500 }, (_, at) => {
      const id = String(((n + at) * 7_919) % 5_000).padStart(6, '0')
      const isSecret = (n + at) % 10 === 0
      if (isSecret) secret.push(id)
      return aBook(id, { title: `${isSecret ? 'SECRET' : 'public'} ${id.repeat(1 + ((n + at) % 25))}` })
    })
    await store.transact((tx) => tx.insert(book, rows))
  }
  return secret
}

async function deleteAll(store: Store, ids: readonly string[]): Promise<void> {
  await store.transact(async (tx) => {
    for (const id of ids) await tx.run(removeBook, { id })
  })
}

function secretsIn(folder: string): number {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'))
  return files.join('').split('SECRET').length - 1
}

function startWriter(path: string) {
  const program = fileURLToPath(new URL('./suite/crashing-writer.ts', import.meta.url))
  const child = spawn(process.execPath, [program, `sqlite:${path}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  return {
    lines: createInterface(child.stdout),
    ended: once(child, 'close'),
    kill: () => child.kill('SIGKILL'),
  }
}
