import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import pg from 'pg'

export interface PostgresServer {
  /** Of the superuser. */
  url: string
  stop(): Promise<void>
}

export interface Database {
  url: string
  drop(): Promise<void>
}

export interface DatabaseOptions {
  /** Do not wait for the disk at each commit: for suites in which nothing is killed. */
  fast?: boolean
}

/**
 * Starts a PostgreSQL of the tests' own, in a temporary folder and on a free port. It ends by `stop`, or with this process
 * however that dies. To share it, put its address into `SKEIN_TEST_POSTGRES` of the processes that run the tests.
 */
export async function startPostgres(): Promise<PostgresServer> {
  // Detached, so that an interrupt from the keyboard reaches it only by way of this process.
  const child = spawn(process.execPath, [new URL('postgres-server.ts', import.meta.url).pathname], {
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

let own: Promise<string> | undefined

/** An empty database: on the server that `SKEIN_TEST_POSTGRES` names, else on one that this process starts once. */
export async function createDatabase(options: DatabaseOptions = {}): Promise<Database> {
  own ??= process.env['SKEIN_TEST_POSTGRES']
    ? Promise.resolve(process.env['SKEIN_TEST_POSTGRES'])
    : startPostgres().then((server) => server.url)
  const server = await own
  const name = `skein_${randomBytes(6).toString('hex')}`
  await execute(server, `create database ${name}`)
  if (options.fast) await execute(server, `alter database ${name} set synchronous_commit = off`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(server, `drop database ${name} with (force)`) }
}

/** Runs statements as the superuser. */
export async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
