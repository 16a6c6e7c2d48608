import type { LogChore } from './store.ts'

/** What a guest did in one turn. */
export interface GuestReport {
  transactions: number
  commits: number
  retries: number
  commitSeconds: number
  /** What kept the transaction itself from beginning, going on or committing. */
  broken?: unknown
}

/**
 * A database file to which one other thread writes too, by a connection of its own. The two never wait for each other
 * inside SQLite: they take turns.
 */
export interface SharedFile {
  readonly path: string
  /**
   * Runs `fn` while this thread writes nothing. Turns that overlap are admitted together, as the other thread writes
   * one after the other; a write of this thread that waits goes before turns that come later. `chore` is to be done by the
   * other thread's connection after its commit.
   */
  turn<T>(fn: (chore: LogChore | undefined) => Promise<{ value: T; report: GuestReport }>): Promise<T>
}

/** Counts the guests who may write at the moment and keeps those who must wait. */
export class GuestTurns {
  /** They waited while this thread wrote, so they come before its next batch. */
  areNext = false
  #inside = 0
  readonly #waiting: (() => void)[] = []
  #left: PromiseWithResolvers<void> | undefined

  get inside(): number {
    return this.#inside
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Settles when nobody is inside any more. */
  get left(): Promise<void> {
    return this.#left?.promise ?? Promise.resolve()
  }

  /** Settles when the guest has been admitted. */
  enter(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  admit(): void {
    this.areNext = false
    const admitted = this.#waiting.splice(0)
    if (admitted.length === 0) return
    this.#inside += admitted.length
    this.#left ??= Promise.withResolvers()
    for (const enter of admitted) enter()
  }

  leave(): void {
    this.#inside -= 1
    if (this.#inside > 0) return
    this.#left?.resolve()
    this.#left = undefined
  }
}
