import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * What the worker can be asked for. `checkpoint` never makes the writer wait: PASSIVE takes no lock that a commit needs, and
 * its fsync happens on this thread. The other two need a writer that rests.
 */
export type CheckpointerTask = 'checkpoint' | 'truncate' | 'rebuild' | 'close'

/** Whether something stood in the way, how many pages are in the log, and how many of those are in the file as well. */
type WalState = Record<'busy' | 'log' | 'checkpointed', number>

const maxPasses = 3
const fewPages = 1_000

const db = new DatabaseSync((workerData as { path: string }).path, { timeout: 1_000 })
db.exec('pragma wal_autocheckpoint = 0; pragma secure_delete = on')

parentPort?.on('message', (task: CheckpointerTask) => {
  let error: string | undefined
  try {
    perform(task)
  } catch (cause) {
    error = String(cause)
  }
  parentPort?.postMessage({ error })
  if (task === 'close') parentPort?.close()
})

function perform(task: CheckpointerTask): void {
  if (task === 'close') db.close()
  else if (task === 'checkpoint') moveLog()
  else {
    if (task === 'rebuild') db.exec('vacuum')
    emptyLog()
  }
}

/** What is written during one pass is left to the next, which is shorter. */
function moveLog(): void {
  for (let pass = 1; pass <= maxPasses; pass += 1) {
    const { log, checkpointed } = db.prepare('pragma wal_checkpoint(passive)').get() as WalState
    if (log - checkpointed <= fewPages) return
  }
}

function emptyLog(): void {
  const { busy } = db.prepare('pragma wal_checkpoint(truncate)').get() as WalState
  if (busy) throw new Error('the log is in use and could not be emptied')
}
