import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const running = new Set<ChildProcess>()

export interface ServerProcess {
  url: string
  pid: number
  stop(): Promise<void>
}

/** What a process says of itself. */
export interface Usage {
  cpuSeconds: number
  rssBytes: number
}

/** Starts a program of this repository and waits for the line in which it says where it listens. */
export async function startServer(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ServerProcess> {
  // Detached, so that an interrupt from the keyboard reaches it only by way of this process.
  const child = spawn(process.execPath, [...profiling(), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...withoutSettings(process.env), ...environment },
    detached: true,
  })
  running.add(child)
  const exited = once(child, 'exit').then(() => running.delete(child))
  const lines = createInterface(child.stdout)
  const url = await Promise.race([firstAddress(lines), exited.then(() => undefined)])
  if (url === undefined) throw new Error(`${args[0]} ended before it listened.`)
  return {
    url,
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Ends whatever was started and still runs, at once. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

export async function usageOf({ url }: ServerProcess): Promise<Usage> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  return { cpuSeconds: read('process_cpu_seconds_total'), rssBytes: read('process_resident_memory_bytes') }
}

async function firstAddress(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    const url = /listens on (http:\S+)/.exec(line)?.[1]
    if (url) return url
  }
  return undefined
}

/** With `SKEIN_BENCH_PROFILE` every server writes a CPU profile into that folder when it ends. */
function profiling(): string[] {
  const folder = process.env.SKEIN_BENCH_PROFILE
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
}

/** What is set for a server of the caller's must not change what is measured. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('SKEIN_')))
}
