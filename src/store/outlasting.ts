import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../kernel/failure.ts'

export interface Patience {
  /** Wall milliseconds. Two minutes where nothing is said: longer than a database takes to start anew, or its standby to take its place. */
  forMs?: number
  /** Called when an attempt has failed. */
  onOutage?: () => void
}

const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Does work that nobody will ask for again, again and again while the database does not answer; throws its error when patience is at
 * its end. Work that was done although its answer was lost must be harmless to do again.
 */
export async function outlasting<T>(
  work: () => Promise<T>,
  { forMs = 120_000, onOutage = () => {} }: Patience = {},
): Promise<T> {
  let leftMs = forMs
  for (let pauseMs = firstPauseMs; pauseMs <= leftMs; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'unavailable') throw error
      onOutage()
    }
    await pause(pauseMs)
    leftMs -= pauseMs
  }
  return work()
}
