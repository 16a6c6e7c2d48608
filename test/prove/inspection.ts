import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { sqlitePath } from '../../src/store/url.ts'

export type Row = Record<string, string | number | null>

/** Looks into a database from outside, beside the servers that run on it. Changes nothing. */
export interface Inspection {
  /** `?` stands for a parameter. */
  rows(sql: string, ...parameters: (string | number)[]): Promise<Row[]>
  close(): Promise<void>
}

export async function inspect(url: string): Promise<Inspection> {
  const path = sqlitePath(url)
  return path === undefined ? inspectPostgres(url) : inspectSqlite(path)
}

function inspectSqlite(path: string): Inspection {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  return {
    rows: async (sql, ...parameters) => db.prepare(sql).all(...parameters) as Row[],
    close: async () => db.close(),
  }
}

async function inspectPostgres(url: string): Promise<Inspection> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  // Counts and epoch milliseconds: all of them fit a number.
  const number = (text: string) => Number(text)
  const types = { getTypeParser: (oid: number) => (oid === 20 ? number : pg.types.getTypeParser(oid)) }
  return {
    rows: async (sql, ...parameters) => {
      const [first = '', ...others] = sql.split('?')
      const text = others.reduce((text, part, at) => `${text}$${at + 1}${part}`, first)
      return (await client.query({ text, values: parameters, types })).rows
    },
    close: () => client.end(),
  }
}
