import type { SqliteConnection } from './sqlite-connection.ts'
import { isSqliteOutage, sqliteError } from './sqlite-error.ts'
import { SqliteTx } from './sqlite-tx.ts'
import type { StoreStatistics, Tx } from './store.ts'

/** A queued function and the promise that waits for it. */
export interface Job {
  readonly fn: (tx: Tx) => Promise<unknown>
  /** Whether it takes in traffic. */
  readonly isIntake: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export type Counters = { -readonly [K in keyof StoreStatistics]: StoreStatistics[K] }

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown }

type Attempt =
  | { kind: 'committed'; outcomes: Map<Job, Outcome>; wrote: boolean }
  /** This one must go, and the others run again. */
  | { kind: 'failed'; job: Job; error: unknown }
  /** The transaction itself could not begin, go on or commit. */
  | { kind: 'broken'; error: unknown }

const stalled = Symbol('stalled')

export interface BatchResult {
  /** The error that broke the transaction itself, if one did. */
  broken?: unknown
  /** Whether anything was committed that the disk has to keep. */
  wrote: boolean
  /** Settles every job. */
  answer: () => void
}

/**
 * Runs the jobs back to back in one transaction, to be answered after its COMMIT, errors included. One that fails after its first
 * write, or that stalls, is taken out and the others run again. Never throws.
 */
export async function runBatch(
  connection: SqliteConnection,
  batch: readonly Job[],
  counters: Counters,
): Promise<BatchResult> {
  let jobs = batch
  const failures = new Map<Job, unknown>()
  const refuse = () => {
    for (const [job, error] of failures) job.reject(error)
  }
  while (jobs.length > 0) {
    const attempt = await tryBatch(connection, jobs, counters)
    if (attempt.kind === 'broken') {
      // Also those taken out: what made them fail may have been a neighbour's write that is not there now.
      return { broken: attempt.error, wrote: false, answer: () => refuseAll(batch, sqliteError(attempt.error)) }
    }
    if (attempt.kind === 'committed') {
      const answer = () => {
        for (const [job, outcome] of attempt.outcomes) settle(job, outcome)
        refuse()
      }
      return { wrote: attempt.wrote, answer }
    }
    failures.set(attempt.job, attempt.error)
    jobs = jobs.filter((job) => job !== attempt.job)
    if (jobs.length > 0) counters.retries += 1
  }
  return { wrote: false, answer: refuse }
}

/** Settles every job with the same error. */
export function refuseAll(batch: readonly Job[], error: unknown): void {
  for (const job of batch) job.reject(error)
}

async function tryBatch(connection: SqliteConnection, jobs: readonly Job[], counters: Counters): Promise<Attempt> {
  const db = connection.db
  // Everything that awaits only the store is done before the event loop comes round to this.
  let immediate: NodeJS.Immediate | undefined
  const stall = new Promise<typeof stalled>((resolve) => {
    immediate = setImmediate(() => resolve(stalled))
  })
  try {
    db.exec('begin immediate')
    const outcomes = new Map<Job, Outcome>()
    let wrote = false
    for (const job of jobs) {
      const tx = new SqliteTx(connection)
      counters.transactions += 1
      const outcome = await runJob(job, tx, stall)
      if (!outcome.ok) {
        // SQLite rolls back by itself when the disk is full or fails: then there is nothing left to go on with.
        if (isSqliteOutage(tx.failure?.error) || !db.isTransaction) {
          return { kind: 'broken', error: tx.failure?.error ?? outcome.error }
        }
        if (tx.wrote || outcome.error instanceof StallError) return { kind: 'failed', job, error: outcome.error }
      }
      outcomes.set(job, outcome)
      wrote ||= tx.wrote
    }
    const begun = performance.now()
    db.exec('commit')
    counters.commits += 1
    if (jobs.every(({ isIntake }) => isIntake)) counters.intakeCommits += 1
    counters.commitSeconds += (performance.now() - begun) / 1000
    return { kind: 'committed', outcomes, wrote }
  } catch (error) {
    return { kind: 'broken', error }
  } finally {
    clearImmediate(immediate)
    rollBack(connection)
  }
}

/** Runs one function and takes its handle away. */
async function runJob(job: Job, tx: SqliteTx, stall: Promise<typeof stalled>): Promise<Outcome> {
  try {
    const value = await Promise.race([job.fn(tx), stall])
    if (value === stalled) return { ok: false, error: new StallError() }
    if (tx.failure) return { ok: false, error: tx.failure.error }
    return { ok: true, value }
  } catch (error) {
    return { ok: false, error }
  } finally {
    tx.revoked = true
  }
}

/** A rollback that fails leaves the transaction open; the next BEGIN says so, and nothing was acknowledged. */
function rollBack(connection: SqliteConnection): void {
  try {
    if (connection.db.isTransaction) connection.db.exec('rollback')
  } catch {}
}

/** A bug in a command: it waited for a timer, the network or another transaction while it held everybody's transaction. */
class StallError extends Error {
  constructor() {
    super('A transaction waited for something other than the store, and was undone.')
    this.name = 'StallError'
  }
}

function settle(job: Job, outcome: Outcome): void {
  if (outcome.ok) job.resolve(outcome.value)
  else job.reject(outcome.error)
}
