import { after } from 'node:test'
import pg from 'pg'
import { createDatabase, type Database } from '../../../test/postgres.ts'
import { openStore } from '../open.ts'
import { quiet, type Subject } from './subject.ts'

/**
 * PostgreSQL with one database for all tests of a file, as making the schema for each would take longer than they do. What
 * the test before made beside the schema is dropped; the suites leave the rooms' own tables empty.
 */
export async function postgresSubject(): Promise<{ subject: Subject; database: Database }> {
  const database = await createDatabase({ fast: true, schema: true })
  after(() => database.drop())
  const schema = await inside(database, tablesOf)
  const subject: Subject = {
    name: 'PostgreSQL',
    async open() {
      await inside(database, async (client) => {
        for (const table of await tablesOf(client)) {
          if (!schema.includes(table)) await client.query(`drop table "${table}" cascade`)
        }
      })
      return openStore(database.url, { log: quiet })
    },
  }
  return { subject, database }
}

async function inside<R>({ url }: Database, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  )
  return rows.map(({ name }) => name)
}
