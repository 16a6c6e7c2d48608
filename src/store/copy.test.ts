import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { createDatabase } from '../../test/postgres.ts'
import { type CopyOptions, type CopyProgress, copyInstallation } from './copy.ts'
import { openStore } from './open.ts'
import { pagesOf, type Row } from './rows.ts'
import { describeTables, type TableDescription } from './schema.ts'
import type { Store } from './store.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet, raw } from './suite/subject.ts'

const places = {
  SQLite: async (t: TestContext) => `sqlite:${temporaryFolder(t)}/skein.db`,
  PostgreSQL: async (t: TestContext, { schema = true } = {}) => {
    const { url, drop } = await createDatabase({ fast: true, schema })
    t.after(drop)
    return url
  },
}
const ways = [
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
  ['SQLite', 'SQLite'],
  ['PostgreSQL', 'PostgreSQL'],
] as const

/** Of each table; no multiple of the rows in a chunk. */
const rowsPerTable = 23
const rowsPerChunk = 10

// What the tests copy from is filled once, and they leave it as it was.
const folder = mkdtempSync(join(tmpdir(), 'skein-copy-'))
const database = await createDatabase({ fast: true, schema: true })
const sources = { SQLite: `sqlite:${folder}/skein.db`, PostgreSQL: database.url }
const contents = { SQLite: await fill(sources.SQLite), PostgreSQL: await fill(sources.PostgreSQL) }
after(async () => {
  rmSync(folder, { recursive: true })
  await database.drop()
})

for (const [from, to] of ways) {
  describe(`a copy from ${from} to ${to}`, () => {
    test('brings every row of every table', async (t) => {
      const [source, target] = [sources[from], await places[to](t, { schema: false })]
      const expected = contents[from]
      const result = await copy({ from: source, to: target })
      assert.deepEqual(await contentOf(target), expected)
      assert.deepEqual(new Set(result.tables.map(({ name }) => name)), new Set(Object.keys(expected)))
      for (const { rows, checksum } of result.tables) {
        assert.equal(rows, rowsPerTable)
        assert.match(checksum, /^(?!0{32})[0-9a-f]{32}$/)
      }
    })

    test('goes on where it was interrupted', async (t) => {
      const [source, target] = [sources[from], await places[to](t)]
      const expected = contents[from]
      const seen: CopyProgress[] = []
      const interrupted = copy({
        from: source,
        to: target,
        onProgress: (progress) => {
          seen.push(progress)
          if (progress.table === 'conversation' && progress.rows === 10) throw new Error('interrupted')
        },
      })
      await assert.rejects(interrupted, /interrupted/)
      await assert.rejects(openStore(target, { log: quiet }), /is being copied into this database/)
      const before = seen.length
      await copy({ from: source, to: target, onProgress: (progress) => seen.push(progress) })
      const firstAgain = seen[before]
      assert.deepEqual(firstAgain, { step: 'copy', table: 'conversation', rows: 20, total: rowsPerTable })
      assert.deepEqual(await contentOf(target), expected)
    })

    test('notices when the source was changed after it began', async (t) => {
      const [source, target] = [sources[from], await places[to](t)]
      const interrupted = copy({
        from: source,
        to: target,
        onProgress: ({ table, rows }) => {
          if (table === 'conversation' && rows === 10) throw new Error('interrupted')
        },
      })
      await assert.rejects(interrupted, /interrupted/)
      await change(source, `update conversation set name = name || '!' where account = 1`)
      t.after(() =>
        change(source, `update conversation set name = substr(name, 1, length(name) - 1) where account = 1`),
      )
      await assert.rejects(copy({ from: source, to: target }), /table conversation differs .*Was the source changed/)
      await assert.rejects(openStore(target, { log: quiet }), /is being copied/)
    })
  })
}

describe('a copy', () => {
  test('refuses a target that holds data', async (t) => {
    const [source, target] = [sources.SQLite, await places.PostgreSQL(t)]
    await change(target, `insert into installation (name, value) values ('a', 'b')`)
    await assert.rejects(
      copy({ from: source, to: target }),
      /postgres:\/\/skein:\*\*\*@.* already holds data \(in the table installation\)/,
    )
  })

  test('refuses a source without data, one that is not there, and itself', async (t) => {
    const [source, target] = [await places.SQLite(t), await places.SQLite(t)]
    await assert.rejects(copy({ from: source, to: target }), /skein\.db can not be written: ENOENT/)
    await (await openStore(source, { log: quiet })).close()
    await assert.rejects(copy({ from: source, to: target }), /There is nothing to copy in sqlite:/)
    await assert.rejects(copy({ from: source, to: source }), /already working on/)
    await assert.rejects(copy({ from: sources.PostgreSQL, to: sources.PostgreSQL }), /already holds data/)
  })

  test('holds a SQLite source for itself', async (t) => {
    const [source, target] = [sources.SQLite, await places.SQLite(t)]
    const refusals: Promise<void>[] = []
    const onProgress = () => {
      refusals.push(assert.rejects(openStore(source, { log: quiet }), /already working on/))
    }
    await copy({ from: source, to: target, onProgress })
    await Promise.all(refusals)
    assert.ok(refusals.length > 0)
  })

  test('names the table whose rows the target does not take', async (t) => {
    const [source, target] = [await places.SQLite(t), await places.PostgreSQL(t)]
    await change(source, `insert into installation (name, value) values ('a', char(0))`)
    await assert.rejects(copy({ from: source, to: target }), /table installation could not be copied: .*0x00/)
  })
})

describe('the schema', () => {
  const stores: Store[] = []
  before(async () => {
    for (const url of Object.values(sources)) stores.push(await openStore(url, { log: quiet }))
  })
  after(async () => {
    for (const store of stores) await store.close()
  })

  test('is the same on both databases', async () => {
    const descriptions: object[] = []
    for (const store of stores) {
      const described = await describeTables(store.read)
      descriptions.push(described.map(({ table, key, parents }) => ({ ...table, key, parents })))
    }
    assert.equal(descriptions.length, 2)
    assert.deepEqual(descriptions[0], descriptions[1])
  })

  const unsuitable = [
    { sql: 'create table odd (a integer, b text unique)', says: /table odd has no key/ },
    { sql: 'create table odd (a real not null primary key)', says: /column odd\.a is of the type real/i },
    // Last, as what refers to each other stays.
    { sql: undefined, says: /even, odd refer to each other in a circle/ },
  ]
  for (const { sql, says } of unsuitable) {
    test(`says what can not be copied: ${says.source}`, async () => {
      for (const store of stores) {
        const run = (text: string) => store.transact((tx) => tx.run(raw(text), {}))
        for (const text of sql ? [sql] : circleOf(store.dialect)) await run(text)
        await assert.rejects(describeTables(store.read), says)
        if (sql) await run('drop table odd')
      }
    })
  }
})

function circleOf(dialect: 'sqlite' | 'postgres'): string[] {
  if (dialect === 'sqlite') {
    return [
      'create table odd (a integer not null primary key references even (a))',
      'create table even (a integer not null primary key references odd (a))',
    ]
  }
  return [
    'create table odd (a integer not null primary key)',
    'create table even (a integer not null primary key references odd (a))',
    'alter table odd add foreign key (a) references even (a)',
  ]
}

function copy(options: Omit<CopyOptions, 'log' | 'rowsPerChunk'>) {
  return copyInstallation({ ...options, log: quiet, rowsPerChunk })
}

type Content = Record<string, readonly Row[]>

/** Puts rows into every table there is, and answers all of them. */
async function fill(url: string): Promise<Content> {
  const store = await openStore(url, { log: quiet })
  for (const { table } of await tablesOf(store.read)) {
    const rows = Array.from({ length: rowsPerTable }, (_, n) =>
      Object.fromEntries(table.columnNames.map((name) => [name, valueFor(name, table.columns[name] ?? '', n)])),
    )
    await store.transact((tx) => tx.insert(table, rows as never))
  }
  await store.close()
  return contentOf(url)
}

function valueFor(column: string, type: string, n: number): string | number | null {
  if (type.endsWith('?') && n % 3 === 0) return null
  if (type.startsWith('text')) return `${column} ${n} "quoted", {braced} \\ 日本 🧵`
  return column.endsWith('_at') ? 1_790_000_000_000 + n : n
}

async function contentOf(url: string): Promise<Content> {
  const store = await openStore(url, { log: quiet })
  const content: Content = {}
  for (const { table, key } of await tablesOf(store.read)) {
    const rows: Row[] = []
    for await (const page of pagesOf(store.read, table, key, 7)) rows.push(...page.map((row) => ({ ...row })))
    content[table.name] = rows
  }
  await store.close()
  return content
}

async function tablesOf(reader: Parameters<typeof describeTables>[0]): Promise<TableDescription[]> {
  return (await describeTables(reader)).filter(({ table }) => table.name !== 'migration')
}

async function change(url: string, sql: string): Promise<void> {
  const store = await openStore(url, { log: quiet })
  await store.transact((tx) => tx.run(raw(sql), {}))
  await store.close()
}
