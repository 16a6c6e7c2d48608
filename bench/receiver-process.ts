import { join } from 'node:path'
import { type ServerProcess, startServer } from './process.ts'

export interface Arrivals {
  /** By path. `lastAt` is wall time. */
  paths: Record<string, { count: number; lastAt: number }>
  checked: number
  wronglySigned: number
}

/** From an event to its arrival. */
export interface Lag {
  p50Ms: number
  p99Ms: number
}

export interface Receiver extends ServerProcess {
  forget(): Promise<unknown>
  arrivals(): Promise<Arrivals>
  lag(): Promise<Lag>
}

/** Starts a receiver of webhooks in a process of its own. */
export async function startReceiver(authToken: string): Promise<Receiver> {
  const server = await startServer([join(import.meta.dirname, 'receiver.ts')], {
    AUTH_TOKEN: authToken,
  })
  const control = async (word: string) => (await fetch(`${server.url}/control/${word}`)).json()
  return {
    ...server,
    forget: () => control('forget'),
    arrivals: async () => (await control('count')) as Arrivals,
    lag: async () => (await control('lag')) as Lag,
  }
}
