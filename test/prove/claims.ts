import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { sqlitePath } from '../../src/store/url.ts'
import { connected } from '../postgres.ts'

const claimed = ['action', 'message', 'message_callback', 'rule_execution']

/**
 * Lets claims run out, as half a minute would. A server that is gone has left them; one that still runs may find another at its
 * work, as after a long pause, and must not do it twice.
 */
export async function letClaimsRunOut(url: string): Promise<void> {
  const statements = claimed.map((table) => `update ${table} set leased_until = 0 where leased_until is not null`)
  const path = sqlitePath(url)
  if (path === undefined) {
    return connected(url, async (client) => {
      for (const statement of statements) await insist(client, statement)
    })
  }
  const db = new DatabaseSync(path, { timeout: 10_000 })
  for (const statement of statements) db.exec(statement)
  db.close()
}

/** A server that still runs may lock the same rows in another order; whoever loses tries again, as servers do. */
async function insist(client: pg.Client, statement: string): Promise<void> {
  for (;;) {
    try {
      await client.query(statement)
      return
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '40P01') throw error
    }
  }
}
