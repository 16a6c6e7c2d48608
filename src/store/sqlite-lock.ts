import { DatabaseSync } from 'node:sqlite'

/**
 * Makes this process the only one that works on the file: an exclusive transaction on a small database beside it, which
 * the operating system ends with the process, however it dies. Answers the function that gives the lock back.
 */
export function lockFile(path: string): () => void {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 })
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock.close()
    throw new Error(`Another Skein is already working on ${path}. One process at a time may open a SQLite database.`, {
      cause: error,
    })
  }
  return () => {
    lock.exec('rollback')
    lock.close()
  }
}
