import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Environment } from '../../src/config.ts'
import { program } from '../program.ts'

/** For a server that hangs; a slow or crowded machine takes its time, and may stand still meanwhile. */
const startMs = 600_000
/** Lines of its output that are kept, to tell why it failed. */
const keptLines = 200

const alive = new Set<ChildProcess>()

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL')
}
process.once('exit', killAll)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killAll()
    process.exit(1)
  })
}

/** One real server, as an operator would start it, that can be killed at any instant. */
export class ServerProcess {
  readonly url: string
  readonly #child: ChildProcess
  readonly #lines: string[]
  readonly #exited: Promise<unknown>

  private constructor(url: string, child: ChildProcess, lines: string[], exited: Promise<unknown>) {
    this.url = url
    this.#child = child
    this.#lines = lines
    this.#exited = exited
  }

  /** Resolves when it listens; throws with what it printed when it ends before that. */
  static async start(environment: Environment): Promise<ServerProcess> {
    const child = spawn(process.execPath, [program, 'serve'], {
      env: { PATH: process.env.PATH, SKEIN_PORT: '0', SKEIN_LOG: 'warn', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    alive.add(child)
    const lines: string[] = []
    const exited = once(child, 'exit').then(() => alive.delete(child))
    const listening = Promise.withResolvers<string>()
    const read = (line: string) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      const url = /^Skein listens on (\S+)$/.exec(line)?.[1]
      if (url) listening.resolve(url)
    }
    createInterface(child.stdout).on('line', read)
    createInterface(child.stderr).on('line', read)
    const timer = setTimeout(() => listening.reject(new Error('The server did not start in time.')), startMs)
    exited.then(() => listening.reject(new Error(`The server ended at once:\n${lines.join('\n')}`)))
    try {
      return new ServerProcess(await listening.promise, child, lines, exited)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The last lines it printed. */
  get output(): readonly string[] {
    return this.#lines
  }

  /** Ends it at this instant, as kill -9 does. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Ends it as an operator does; answers whether it ended by itself and without complaint. */
  async stop(): Promise<boolean> {
    this.#child.kill('SIGTERM')
    await this.#exited
    return this.#child.exitCode === 0
  }

  async ended(): Promise<void> {
    await this.#exited
  }
}
