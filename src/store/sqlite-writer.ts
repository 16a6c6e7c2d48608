import type { GuestReport } from './guest-turns.ts'
import { runBatch } from './sqlite-batch.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import type { LogChore, Tx } from './store.ts'

export type WriterOutcome<T> = { ok: true; value: T } | { ok: false; error: unknown }

/** A second writer on a file that `SqliteStore` holds, for another thread. It writes only in its turns, see `SharedFile`. */
export class SqliteWriter {
  readonly #connection: SqliteConnection

  constructor(path: string) {
    this.#connection = openSqliteConnection(path, { readOnly: false, isPrepared: true })
  }

  /** One transaction by the rules of `Store.transact`. Never throws. */
  async transact<T>(fn: (tx: Tx) => Promise<T>): Promise<{ outcome: WriterOutcome<T>; report: GuestReport }> {
    const report = { waiting: 0, transactions: 0, commits: 0, intakeCommits: 0, retries: 0, commitSeconds: 0 }
    const settled = Promise.withResolvers<unknown>()
    const outcome = settled.promise.then(
      (value): WriterOutcome<T> => ({ ok: true, value: value as T }),
      (error: unknown): WriterOutcome<T> => ({ ok: false, error }),
    )
    const { broken } = await runBatch(this.#connection, [{ fn, isIntake: true, ...settled }], report)
    return { outcome: await outcome, report: broken === undefined ? report : { ...report, broken } }
  }

  /** A chore that fails comes again later. */
  doChore(chore: LogChore): void {
    try {
      this.#connection.db.exec(`pragma wal_checkpoint(${chore})`)
    } catch {}
  }

  /** May be called again. */
  close(): void {
    if (this.#connection.db.isOpen) this.#connection.close()
  }
}
