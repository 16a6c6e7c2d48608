import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { program } from './program.ts'

export type Environment = Record<string, string>

export interface Credentials {
  user: string
  password: string
}

export interface Finished {
  code: number | null
  output: string
  errors: string
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** Parsed as JSON, as tests look into it freely; undefined when it is none. */
  body: ReturnType<typeof JSON.parse>
}

const children = new Set<ChildProcess>()
const folders: string[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-test-'))
  folders.push(folder)
  return folder
}

/** Runs a command of `skein` to its end, in the folder. */
export async function runSkein(
  folder: string,
  args: readonly string[],
  environment: Environment = {},
): Promise<Finished> {
  const child = spawnSkein(folder, args, environment)
  const printed = collect(child)
  const [code] = await once(child, 'close')
  return { code, output: printed.output(), errors: printed.errors() }
}

/** The server as an operator starts it, in a process and a folder of its own. */
export class Skein {
  readonly url: string
  /** Of the first account, when this was the first start: its own and those of its key. */
  readonly account: Credentials
  readonly key: Credentials
  readonly #child: ChildProcess
  readonly #output: () => string

  private constructor(url: string, child: ChildProcess, output: () => string) {
    this.url = url
    this.#child = child
    this.#output = output
    const exported = (name: string) => new RegExp(`^export ${name}=(.*)$`, 'm').exec(output())?.[1] ?? ''
    this.account = { user: exported('TWILIO_ACCOUNT_SID'), password: exported('TWILIO_AUTH_TOKEN') }
    this.key = { user: exported('TWILIO_API_KEY'), password: exported('TWILIO_API_SECRET') }
  }

  /** Resolves when it listens. `file` is the program, if it is not the one in this repository. */
  static async start(folder: string, environment: Environment = {}, file = program): Promise<Skein> {
    const child = spawnSkein(folder, ['serve'], { SKEIN_PORT: '0', ...environment }, file)
    const printed = collect(child)
    const all = () => printed.output() + printed.errors()
    const url = await Promise.race([seen(child, all, /^Skein listens on (\S+)$/m), once(child, 'close')])
    assert.ok(typeof url === 'string', `it starts: ${all()}`)
    return new Skein(url, child, all)
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.#output()
  }

  /** Resolves when it has printed what matches. */
  async printed(pattern: RegExp): Promise<void> {
    await seen(this.#child, this.#output, pattern)
  }

  /** Asks it to stop and answers its exit code. */
  async stop(): Promise<number | null> {
    const ended = once(this.#child, 'close')
    this.signal()
    return (await ended)[0]
  }

  signal(): void {
    this.#child.kill('SIGTERM')
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** Sends a request, as JSON unless the body is text already, with the account's credentials unless others are given. */
  async ask(method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<Answer> {
    const credentials = options.as === undefined ? this.account : options.as
    const headers: Record<string, string> = {}
    if (credentials !== null) headers.authorization = basic(credentials)
    if (body !== undefined) headers['content-type'] = 'application/json'
    const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined
    const response = await fetch(this.url + path, {
      method,
      headers: { ...headers, ...options.headers },
      body: raw ? ((body as string | undefined) ?? null) : JSON.stringify(body),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined }
  }
}

export interface AskOptions {
  /** null: without credentials. */
  as?: Credentials | null
  headers?: Record<string, string>
}

export function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function spawnSkein(folder: string, args: readonly string[], environment: Environment, file = program): ChildProcess {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

function collect(child: ChildProcess): { output: () => string; errors: () => string } {
  let output = ''
  let errors = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  return { output: () => output, errors: () => errors }
}

/** The first group of the first match in what the process prints, or the match itself. */
function seen(child: ChildProcess, text: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const match = pattern.exec(text())
      if (!match) return
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', look)
      resolve(match[1] ?? match[0])
    }
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look)
    look()
  })
}
