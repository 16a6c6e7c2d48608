import { DatabaseSync } from 'node:sqlite'
import { errcodeOf } from './sqlite-error.ts'

const busy = 5

/** Another process works on the file. */
export class DatabaseInUse extends Error {}

/**
 * Makes this process the only one that works on the file: an exclusive transaction on a small database beside it, which
 * the operating system ends with the process, however it dies. Answers the function that gives the lock back.
 */
export function lockFile(path: string): () => void {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 })
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock?.close()
    if (errcodeOf(error) === busy) {
      throw new DatabaseInUse(
        `Another Skein is already working on ${path}. One process at a time may open a SQLite database.`,
        {
          cause: error,
        },
      )
    }
    throw new Error(`The lock file ${path}.lock could not be made: ${(error as Error).message}.`, { cause: error })
  }
  const held = lock
  return () => {
    held.exec('rollback')
    held.close()
  }
}
