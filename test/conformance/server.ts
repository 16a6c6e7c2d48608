import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { program } from '../program.ts'

export interface Server {
  url: string
  accountSid: string
  authToken: string
  keySid: string
  keySecret: string
  /** What the process has said since its start. */
  said(): string
  stop(): Promise<void>
}

/**
 * Starts a Skein of its own: a real process on a free port, on an empty SQLite file unless the environment names another
 * database, with credentials that nobody else knows. `environment` sets what operators set.
 */
export async function startServer(environment: Record<string, string> = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-conformance-'))
  const hex = () => randomBytes(16).toString('hex')
  const credentials = { accountSid: `AC${hex()}`, authToken: hex(), keySid: `SK${hex()}`, keySecret: hex() }
  const child = spawn(process.execPath, [program, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      SKEIN_PORT: '0',
      SKEIN_LOG: 'error',
      SKEIN_SECRET_KEY: randomBytes(32).toString('base64'),
      SKEIN_ACCOUNT_SID: credentials.accountSid,
      SKEIN_AUTH_TOKEN: credentials.authToken,
      SKEIN_API_KEY: credentials.keySid,
      SKEIN_API_SECRET: credentials.keySecret,
      ...environment,
    },
  })
  const said: string[] = []
  child.stderr.on('data', (text) => said.push(String(text)))
  const exited = once(child, 'exit')
  const url = await Promise.race([addressIn(child.stdout, said), exited.then(() => undefined)])
  if (url === undefined) throw new Error(`The server did not start: ${said.join('')}`)
  return {
    ...credentials,
    url,
    said: () => said.join(''),
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

/** The address that the server prints once it listens; whatever else it prints is kept for a complaint. */
async function addressIn(output: NodeJS.ReadableStream, said: string[]): Promise<string> {
  return new Promise((resolve) => {
    createInterface(output).on('line', (line) => {
      said.push(`${line}\n`)
      const url = /^Skein listens on (\S+)$/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
