import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createDatabase } from '../../test/postgres.ts'
import { migrations } from './migrations/index.ts'
import { openStore } from './open.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet, raw } from './suite/subject.ts'

const database = await createDatabase({ fast: true, schema: true })
after(() => database.drop())

const allMigrations = raw<{ n: number; name: string }>('select n, name from migration order by n')

const subjects = [
  {
    name: 'SQLite',
    url: async (t: Parameters<typeof temporaryFolder>[0]) => `sqlite:${temporaryFolder(t)}/skein.db`,
  },
  {
    name: 'PostgreSQL',
    url: async (t: Parameters<typeof temporaryFolder>[0], schema: boolean) => {
      const { url, drop } = await createDatabase({ fast: true, schema })
      t.after(drop)
      return url
    },
  },
]

for (const { name, url } of subjects) {
  describe(`migrations on ${name}`, () => {
    test('are applied once, in order', async (t) => {
      const address = await url(t, false)
      for (let time = 0; time < 2; time += 1) {
        const store = await openStore(address, { log: quiet })
        const applied = await store.read.all(allMigrations, {})
        assert.deepEqual(
          applied.map((row) => [row.n, row.name]),
          migrations.map((migration, at) => [at + 1, migration.name]),
        )
        await store.close()
      }
    })

    test('refuse a schema that is newer than the program', async (t) => {
      const address = await url(t, true)
      await change(address, `insert into migration (n, name) values (${migrations.length + 1}, 'from the future')`)
      await assert.rejects(openStore(address, { log: quiet }), /newer Skein .*Upgrade Skein/)
      // And let go of the database.
      await assert.rejects(openStore(address, { log: quiet }), /newer Skein/)
    })

    test('refuse a schema of another program', async (t) => {
      const address = await url(t, true)
      await change(address, `update migration set name = 'other' where n = 2`)
      await assert.rejects(openStore(address, { log: quiet }), /another Skein: its migration 2 is other, not 0002/)
    })

    test('refuse a database that is still being copied to', async (t) => {
      const address = await url(t, true)
      await change(address, 'create table copy_progress (name text)')
      await assert.rejects(openStore(address, { log: quiet }), /is being copied into this database/)
      const store = await openStore(address, { log: quiet, unfinishedCopy: true })
      await store.close()
    })
  })
}

describe('migrations on PostgreSQL', () => {
  test('are applied once by nodes that start together', async (t) => {
    const { url, drop } = await createDatabase({ fast: true })
    t.after(drop)
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(url, { log: quiet, poolSize: 1 })))
    for (const store of stores) {
      assert.equal((await store.read.all(allMigrations, {})).length, migrations.length)
      await store.close()
    }
  })

  test('make every text compare by its bytes', async (t) => {
    const store = await openStore(database.url, { log: quiet })
    t.after(() => store.close())
    const texts = raw<{ column: string; collation_name: string | null }>(
      `select table_name || '.' || column_name as column, collation_name from information_schema.columns
       where table_schema = current_schema() and data_type not in ('integer', 'bigint')`,
    )
    const found = await store.read.all(texts, {})
    assert.ok(found.length > 50)
    for (const row of found) assert.equal(row.collation_name, 'C', row.column)
  })
})

async function change(url: string, sql: string): Promise<void> {
  const store = await openStore(url, { log: quiet })
  await store.transact((tx) => tx.run(raw(sql), {}))
  await store.close()
}
