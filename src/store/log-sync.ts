import { closeSync, fdatasync, openSync } from 'node:fs'

/** Carries what was written to a file to the disk. Throws what the disk reports. */
export type SyncFile = (file: number) => Promise<void>

const syncFile: SyncFile = (file) =>
  new Promise((done, failed) => fdatasync(file, (error) => (error ? failed(error) : done())))

/**
 * Carries commits to the disk while the thread goes on: SQLite writes them to its log without waiting, and what waits here is
 * answered once the log is on the disk. Commits that come while one such wait is under way share the next.
 */
export class LogSync {
  readonly #path: string
  readonly #sync: SyncFile
  #file: number | undefined
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #lost: Error | undefined

  /** `path` is that of the log, which need not exist yet. */
  constructor(path: string, sync: SyncFile = syncFile) {
    this.#path = path
    this.#sync = sync
  }

  /** Why the disk can not be relied on any more: what it failed to keep once, the system may take for kept from then on. */
  get lost(): Error | undefined {
    return this.#lost
  }

  /** Settles when all that the log holds at this moment is on the disk; rejects when the disk failed, and always from then on. */
  durable(): Promise<void> {
    if (!this.#running) return this.#start()
    this.#next ??= this.#running.catch(() => {}).then(() => this.#start())
    return this.#next
  }

  /** The same for what was committed by others: settles at once when all of that is on the disk already. */
  settled(): Promise<void> {
    if (this.#lost) return Promise.reject(this.#lost)
    return this.#next ?? this.#running ?? Promise.resolve()
  }

  /** After what is under way. */
  async close(): Promise<void> {
    while (this.#running) await this.#running.catch(() => {})
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #start(): Promise<void> {
    this.#next = undefined
    this.#running = this.#carry().finally(() => {
      this.#running = this.#next
    })
    return this.#running
  }

  async #carry(): Promise<void> {
    if (this.#lost) throw this.#lost
    try {
      this.#file ??= openSync(this.#path, 'r')
      await this.#sync(this.#file)
    } catch (error) {
      this.#lost = error as Error
      throw error
    }
  }
}
