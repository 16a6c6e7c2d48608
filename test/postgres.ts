import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
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

export interface PostgresOptions {
  /** Never wait for the disk: for suites that do not prove what survives a failure of the machine. */
  fast?: boolean
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
export async function createDatabase(options: PostgresOptions = {}): Promise<Database> {
  const fast = options.fast ?? false
  const server = process.env.SKEIN_TEST_POSTGRES ?? (await ownServer(fast))
  const name = `skein_${randomBytes(6).toString('hex')}`
  // Copying the template's files is the quicker way only where nothing waits for the disk.
  await execute(server, `create database ${name} strategy ${fast ? 'file_copy' : 'wal_log'}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(server, `drop database ${name} with (force)`) }
}

function ownServer(fast: boolean): Promise<string> {
  let server = own.get(fast)
  if (!server) {
    server = startPostgres({ fast }).then(({ url }) => url)
    own.set(fast, server)
  }
  return server
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
