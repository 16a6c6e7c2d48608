import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { migratePostgres } from '../src/store/migrate.ts'
import { migrations } from '../src/store/migrations/index.ts'

export interface PostgresServer {
  /** Of the superuser. */
  url: string
  stop(): Promise<void>
}

export interface Database {
  url: string
  drop(): Promise<void>
}

export interface PostgresOptions {
  /** Never wait for the disk: for suites that do not prove what survives a failure of the machine. */
  fast?: boolean
}

export interface DatabaseOptions extends PostgresOptions {
  /** With the schema of this program in it, which takes a copy where making it anew takes a second. */
  schema?: boolean
}

/**
 * Starts a PostgreSQL of the tests' own, in a temporary folder and on a free port. It ends by `stop`, or with this process
 * however that dies. To share it, put its address into `SKEIN_TEST_POSTGRES` of the processes that run the tests.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  // Detached, so that an interrupt from the keyboard reaches it only by way of this process.
  const program = fileURLToPath(new URL('postgres-server.ts', import.meta.url))
  const child = spawn(process.execPath, options.fast ? [program, '--fast'] : [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const exited = once(child, 'exit')
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  const url = String(line[0])
  if (!url.startsWith('postgres://')) throw new Error('PostgreSQL for the tests did not start.')
  child.unref()
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref()
  return {
    url,
    async stop() {
      child.ref()
      child.stdin.end()
      await exited
    },
  }
}

const own = new Map<boolean, Promise<string>>()

/** An empty database: on the server that `SKEIN_TEST_POSTGRES` names, else on one that this process starts once. */
export async function createDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const fast = options.fast ?? false
  const server = process.env.SKEIN_TEST_POSTGRES ?? (await ownServer(fast))
  const name = `skein_${randomBytes(6).toString('hex')}`
  const template = options.schema ? await templateOn(server) : 'template1'
  // Copying the template's files is the quicker way only where nothing waits for the disk.
  await execute(server, `create database ${name} template ${template} strategy ${fast ? 'file_copy' : 'wal_log'}`)
  return { url: within(server, name), drop: () => execute(server, `drop database ${name} with (force)`) }
}

const templates = new Map<string, Promise<string>>()

function templateOn(server: string): Promise<string> {
  const known = templates.get(server) ?? makeTemplate(server)
  templates.set(server, known)
  return known
}

/** Makes it unless another process has: one at a time, and under its name only once it is whole. */
function makeTemplate(server: string): Promise<string> {
  const name = 'skein_schema'
  return connected(server, async (client) => {
    await client.query('select pg_advisory_lock(1)')
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rows.length > 0) return name
    await client.query('drop database if exists skein_unfinished with (force)')
    await client.query('create database skein_unfinished')
    await connected(within(server, 'skein_unfinished'), (inside) =>
      migratePostgres(inside, { migrations, unfinishedCopy: false }),
    )
    await client.query(`alter database skein_unfinished rename to ${name}`)
    return name
  })
}

function within(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

function ownServer(fast: boolean): Promise<string> {
  let server = own.get(fast)
  if (!server) {
    server = startPostgres({ fast }).then(({ url }) => url)
    own.set(fast, server)
  }
  return server
}

/** Waits until every transaction has ended that is under way on the server of a database: others may be using it too. */
export function transactionsEnded(url: string): Promise<void> {
  return connected(url, async (client) => {
    const { rows } = await client.query('select pg_snapshot_xmax(pg_current_snapshot()) as latest')
    const ended = 'select pg_snapshot_xmin(pg_current_snapshot()) >= $1 as all'
    while (!(await client.query(ended, [rows[0].latest])).rows[0].all) await setTimeout(20)
  })
}

/** Runs statements as the superuser. */
export async function execute(url: string, sql: string): Promise<void> {
  await connected(url, (client) => client.query(sql))
}

/**
 * With a connection that has ended when this resolves, and also when it throws. One that was left open would be cut when its
 * database is dropped, and say so in the place of what went wrong before.
 */
export async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
