import { setInterval } from 'node:timers/promises'
import { type ServerProcess, usageOf } from './process.ts'

export interface Memory {
  /** Resident, before and at its highest while the work was done, in MB. */
  beforeMb: number
  peakMb: number
}

const lookMs = 500

/** Does some work and looks at the memory of a server meanwhile. */
export async function watchingMemory<T>(
  server: ServerProcess,
  work: () => Promise<T>,
): Promise<T & { memory: Memory }> {
  const rssMb = async () => (await usageOf(server)).rssBytes / 1e6
  const beforeMb = await rssMb()
  let peakMb = beforeMb
  const ended = new AbortController()
  const watch = async () => {
    for await (const _ of setInterval(lookMs, undefined, { signal: ended.signal })) {
      peakMb = Math.max(peakMb, await rssMb())
    }
  }
  const watched = watch().catch(() => {})
  try {
    const done = await work()
    peakMb = Math.max(peakMb, await rssMb())
    return { ...done, memory: { beforeMb, peakMb } }
  } finally {
    ended.abort()
    await watched
  }
}
