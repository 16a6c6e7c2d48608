import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// Moves committed pages from the log into the file without ever making the writer wait: a PASSIVE checkpoint takes no lock
// that a commit needs, and its fsync happens on this thread.
const db = new DatabaseSync((workerData as { path: string }).path, { timeout: 1_000 })
db.exec('pragma wal_autocheckpoint = 0')

parentPort?.on('message', () => {
  db.exec('pragma wal_checkpoint(passive)')
})
