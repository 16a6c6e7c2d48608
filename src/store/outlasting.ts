import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../kernel/failure.ts'

/** Two minutes in all: longer than a database takes to start anew, or its standby to take its place. */
const pausesMs = [100, 200, 400, 800, 1_600, ...Array<number>(23).fill(5_000)]

/**
 * Does work of which nobody is told that it was refused again and again while the database does not answer, two minutes long;
 * throws its error then. Work that was done although its answer was lost must be harmless to do again. `onOutage` is called
 * when the first attempt has failed.
 */
export async function outlasting<T>(work: () => Promise<T>, onOutage: () => void = () => {}): Promise<T> {
  for (const ms of pausesMs) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'unavailable') throw error
      onOutage()
    }
    await pause(ms)
  }
  return work()
}
